//! Frames: each native action is a route of its own whose answer is the returned body; what `$default` gets is answered by a post,
//! because an answer of a route without a route response goes nowhere.

mod message;

use bytes::Bytes;
use parlour_domain::{Moment, limits};
use parlour_protocol::frame::{self, Envelope};
use parlour_protocol::request::{page_limit, room_id, seq};
use parlour_protocol::{Code, InvalidInput, WireError};
use parlour_service::history::{self, Direction};
use parlour_service::push::Address;
use parlour_service::{Error, Parlour, join_room, leave_room, mark_read, ping, reauth, resume, send_message, typing};
use serde_json::{Value, json};

use crate::InvokeError;
use crate::event::WsEvent;
use crate::wire::wire;

const DEFAULT_ROUTE: &str = "$default";

pub(crate) async fn act(parlour: &Parlour, mut moment: Moment, payload: &[u8]) -> Result<Value, InvokeError> {
    let event = WsEvent::parse(payload)?;
    let frame = event.frame();
    let envelope = frame.as_deref().map(Envelope::of).unwrap_or_default();
    let request_id = envelope.request_id.as_deref();
    let answered = match frame {
        None => Err(WireError::new(Code::MalformedJson)),
        Some(text) if text.len() > limits::FRAME_BYTES => Err(WireError::new(Code::PayloadTooLarge)),
        Some(text) => run(parlour, &mut moment, &event, &envelope, &text).await,
    };
    let answer = match answered {
        Ok(Answer::Ack(data)) => frame::ack(request_id, &data),
        Ok(Answer::Pong(data)) => frame::pong(request_id, &data),
        Err(error) => frame::error(request_id, &error),
    };
    if event.route_key != DEFAULT_ROUTE {
        return Ok(json!({ "statusCode": 200, "body": answer }));
    }
    let address = Address {
        connection: &event.session.connection,
        endpoint: event.session.endpoint.as_deref(),
    };
    let pushed = parlour.push.post(address, Bytes::from(answer)).await;
    tracing::debug!(request_id = %event.request_id, ?pushed, "answered on the default route");
    Ok(json!({ "statusCode": 200 }))
}

enum Answer {
    Ack(Value),
    Pong(Value),
}

async fn run(
    parlour: &Parlour,
    moment: &mut Moment,
    event: &WsEvent,
    envelope: &Envelope,
    text: &str,
) -> Result<Answer, WireError> {
    let refused = |error: Error| wire(error, &event.request_id);
    let Some(action) = envelope.action.as_deref() else {
        let is_object = serde_json::from_str::<serde_json::Map<String, Value>>(text).is_ok();
        return Err(WireError::new(if is_object {
            Code::UnknownAction
        } else {
            Code::MalformedJson
        }));
    };
    // A new token is the way out of an expired one, and a renewed lease harms nobody.
    if action != "reauth" {
        event.session.still_holds(parlour, moment.now).await.map_err(refused)?;
    }
    if action == "ping" {
        frame::read::<frame::Ping>(text)?;
        let rooms = ping::ping(parlour, &event.session, moment.now).await.map_err(refused)?;
        return Ok(Answer::Pong(json!({ "rooms": rooms })));
    }
    answer(parlour, moment, event, action, text).await.map(Answer::Ack)
}

async fn answer(
    parlour: &Parlour,
    moment: &mut Moment,
    event: &WsEvent,
    action: &str,
    text: &str,
) -> Result<Value, WireError> {
    let (session, actor) = (&event.session, event.session.actor());
    let refused = |error: Error| wire(error, &event.request_id);
    match action {
        "join_room" => {
            let asked: frame::JoinRoom = frame::read(text)?;
            let after = asked.after_seq.map(|number| seq("after_seq", number)).transpose()?;
            let joined = join_room::join_room(parlour, moment, session, room_id(&asked.room_id)?, after).await;
            Ok(json!(joined.map_err(refused)?))
        }
        "resume" => {
            let rooms = frame::read::<frame::Resume>(text)?.check()?;
            let resumed = resume::resume(parlour, moment, session, &rooms).await;
            Ok(json!({ "rooms": resumed.map_err(refused)? }))
        }
        "leave_room" => {
            let asked: frame::LeaveRoom = frame::read(text)?;
            leave_room::leave_room(parlour, session, room_id(&asked.room_id)?)
                .await
                .map_err(refused)?;
            Ok(json!({ "room_id": asked.room_id }))
        }
        "send_message" => {
            let (room, message) = frame::read::<frame::Send>(text)?.split();
            let (room, message, from) = (room_id(&room)?, message.check()?, Some(&session.connection));
            let sent = send_message::send_message(parlour, moment, &actor, room, message, from).await;
            Ok(json!(sent.map_err(refused)?.value))
        }
        "edit_message" | "delete_message" | "add_reaction" | "remove_reaction" => {
            message::change(parlour, moment, event, action, text).await
        }
        "history" => {
            let asked: frame::History = frame::read(text)?;
            let room = room_id(&asked.room_id)?;
            let direction = direction(asked.before_seq, asked.after_seq)?;
            let page = history::list(parlour, &actor, room, direction, page_limit(asked.limit)?).await;
            let page = page.map_err(refused)?;
            Ok(json!({ "room_id": asked.room_id, "items": page.items, "next": page.next }))
        }
        "mark_read" => {
            let asked: frame::MarkReadUpTo = frame::read(text)?;
            let (room, up_to, from) = (
                room_id(&asked.room_id)?,
                seq("seq", asked.seq)?,
                Some(&session.connection),
            );
            let read = mark_read::mark_read(parlour, &actor, room, up_to, from, moment.now).await;
            Ok(json!(read.map_err(refused)?))
        }
        "typing" => {
            let asked: frame::Typing = frame::read(text)?;
            let room = room_id(&asked.room_id)?;
            typing::typing(parlour, moment, session, room, asked.typing)
                .await
                .map_err(refused)?;
            Ok(json!({ "room_id": asked.room_id }))
        }
        "reauth" => {
            let asked: frame::Reauth = frame::read(text)?;
            let expires = reauth::reauth(parlour, session, &asked.token, moment.now)
                .await
                .map_err(refused)?;
            Ok(json!({ "expires_at": expires.to_string() }))
        }
        _ => Err(WireError::new(Code::UnknownAction)),
    }
}

/// One of the two, or neither: from the end.
pub(crate) fn direction(before: Option<u64>, after: Option<u64>) -> Result<Direction, InvalidInput> {
    match (before, after) {
        (Some(_), Some(_)) => Err(InvalidInput::new("after_seq", "cannot go with before_seq")),
        (None, Some(after)) => Ok(Direction::After(seq("after_seq", after)?)),
        (before, None) => Ok(Direction::Before(
            before.map(|number| seq("before_seq", number)).transpose()?,
        )),
    }
}
