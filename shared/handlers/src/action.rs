//! Frames: each native action is a route of its own whose answer is the returned body; what `$default` gets is answered by a post,
//! because an answer of a route without a route response goes nowhere.

mod member;
mod member_list;
mod membership;
mod message;
mod message_list;
pub(crate) mod native;
mod presence;
mod profile;
mod reading;
mod room_list;
mod room_write;
mod user;

use bytes::Bytes;
use parlour_domain::{Moment, limits};
use parlour_protocol::frame::{self, Envelope};
use parlour_protocol::{Code, WireError};
use parlour_service::push::{Address, BoxFuture};
use parlour_service::{Error, Parlour, metric};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::InvokeError;
use crate::dialect;
use crate::event::WsEvent;
use crate::wire::{ended, wire};

/// An action, by the name that selects its route. Functions are given the ones that they know, so that each contains no others.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) name: &'static str,
    run: Run,
    /// Whether a connection may do it whose token has expired.
    after_expiry: bool,
}

type Run = for<'a> fn(Asked<'a>) -> BoxFuture<'a, Result<Answer, WireError>>;

impl Action {
    const fn new(name: &'static str, run: Run) -> Self {
        Self {
            name,
            run,
            after_expiry: false,
        }
    }
}

/// A frame on its way through an action.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    parlour: &'a Parlour,
    moment: &'a mut Moment,
    event: &'a WsEvent,
    text: &'a str,
    /// When the invocation began.
    begin: Instant,
}

/// What an action came to.
#[derive(Debug)]
pub(crate) enum Answer {
    Ack(Value),
    Pong(Value),
}

impl Asked<'_> {
    fn refused(&self, error: Error) -> WireError {
        wire(error, &self.event.request_id)
    }

    /// The ack with what was found.
    fn ack<T: Serialize>(&self, found: Result<T, Error>) -> Result<Answer, WireError> {
        Ok(Answer::Ack(json!(found.map_err(|error| self.refused(error))?)))
    }
}

/// Runs the one of these actions that the frame names.
pub(crate) async fn act(
    parlour: &Parlour,
    mut moment: Moment,
    event: WsEvent,
    actions: &[Action],
) -> Result<Value, InvokeError> {
    let begin = Instant::now();
    if let Some(service) = event.session.dialect {
        return Ok(dialect::unknown(&moment, &event, service));
    }
    let frame = event.frame();
    let envelope = frame.as_deref().map(Envelope::of).unwrap_or_default();
    let request_id = envelope.request_id.as_deref();
    let answered = match &frame {
        None => Err(WireError::new(Code::MalformedJson)),
        Some(text) if text.len() > limits::FRAME_BYTES => Err(WireError::new(Code::PayloadTooLarge)),
        Some(text) => {
            let asked = Asked {
                parlour,
                moment: &mut moment,
                event: &event,
                text,
                begin,
            };
            match envelope.action.as_deref() {
                Some(name) => run(asked, actions.iter().find(|action| action.name == name)).await,
                None => Err(nameless(text)),
            }
        }
    };
    let answer = match answered {
        Ok(Answer::Ack(data)) => frame::ack(request_id, &data),
        Ok(Answer::Pong(data)) => frame::pong(request_id, &data),
        Err(error) => {
            ended(&error);
            frame::error(request_id, &error)
        }
    };
    if !event.is_default() {
        return Ok(json!({ "statusCode": 200, "body": answer }));
    }
    let address = Address {
        connection: &event.session.connection,
        endpoint: event.session.endpoint.as_deref(),
    };
    let pushed = parlour.push.post(address, Bytes::from(answer)).await;
    metric::pushed(pushed);
    tracing::debug!(request_id = %event.request_id, ?pushed, "answered on the default route");
    Ok(json!({ "statusCode": 200 }))
}

/// Runs the action, if the function knows it.
async fn run(asked: Asked<'_>, action: Option<&Action>) -> Result<Answer, WireError> {
    if !action.is_some_and(|action| action.after_expiry) {
        let session = &asked.event.session;
        let held = session.still_holds(asked.parlour, asked.moment.now).await;
        held.map_err(|error| asked.refused(error))?;
    }
    match action {
        Some(action) => (action.run)(asked).await,
        None => Err(WireError::new(Code::UnknownAction)),
    }
}

/// What a frame is that names no action.
fn nameless(text: &str) -> WireError {
    let is_object = serde_json::from_str::<Map<String, Value>>(text).is_ok();
    WireError::new(if is_object {
        Code::UnknownAction
    } else {
        Code::MalformedJson
    })
}
