//! Connections of other services' clients: what their handshake says, what comes with `$connect`, and their frames, which name no
//! action and so come by `$default`.
//!
//! One file for each service: it runs use-cases with what the protocol's own file (`parlour_protocol::dialect`) has decoded, and
//! answers with what that has encoded.

mod callsewa;
mod chat_panel;
mod facebook_clone;
mod go_chat;
pub(crate) mod socket_io;

use aws_lambda_events::apigw::ApiGatewayCustomAuthorizerRequestTypeRequest;
use bytes::Bytes;
use parlour_domain::access::Denied;
use parlour_domain::dialect::Service;
use parlour_domain::{AppId, Moment, limits};
use parlour_protocol::dialect::{self, socket_io::CLOSE};
use parlour_protocol::request::{Outgoing, SendMessage};
use parlour_protocol::{InvalidInput, WireError};
use parlour_service::push::{Address, Pushed};
use parlour_service::{Error, Parlour, connect as connections, connected, metric};
use serde_json::{Value, json};

use crate::InvokeError;
use crate::event::WsEvent;
use crate::wire::{ended, wire};

/// The most bytes of a page of history in one frame: API Gateway posts no more than 128 KB.
const PAGE_BYTES: usize = 100_000;

/// Query parameters in which the URL of a handshake comes: the manager of connections has no paths. They say which protocol is spoken
/// and by whose settings a token is proven, and prove nothing by themselves.
pub(crate) mod query {
    /// The app.
    pub(crate) const APP: &str = "app";
    /// The service's name.
    pub(crate) const DIALECT: &str = "dialect";
    /// The service's own path.
    pub(crate) const PATH: &str = "path";
}

/// What a handshake asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted<'a> {
    pub(crate) service: Service,
    pub(crate) app: &'a str,
    pub(crate) token: Option<&'a str>,
    /// The room that the URL names, if the protocol has one in it.
    pub(crate) room: Option<&'a str>,
}

/// What a client of another service wants. `Ok(None)`: it is one of ours. `Err`: of a service that is not known, or at a path that the
/// service does not have.
pub(crate) fn wanted<'a>(
    default_app: Option<&'a AppId>,
    request: &'a ApiGatewayCustomAuthorizerRequestTypeRequest,
) -> Result<Option<Wanted<'a>>, Unknown> {
    let parameters = &request.query_string_parameters;
    let Some(name) = parameters.first(query::DIALECT) else {
        return Ok(None);
    };
    let service = match name {
        socket_io::EITHER => socket_io::service(request),
        name => Service::named(name).ok_or(Unknown)?,
    };
    let app = parameters
        .first(query::APP)
        .or(default_app.map(AppId::as_str))
        .ok_or(Unknown)?;
    let path = parameters.first(query::PATH).ok_or(Unknown)?;
    let room = match service {
        Service::GoChat => Some(go_chat::room_in(path).ok_or(Unknown)?),
        Service::FacebookClone if facebook_clone::is_socket(path) => None,
        Service::ChatPanel | Service::Callsewa if socket_io::is_socket(path) => None,
        Service::Sourceloop | Service::ChatPanel | Service::Callsewa | Service::FacebookClone => return Err(Unknown),
    };
    let token = match service {
        Service::ChatPanel => socket_io::bearer(request),
        _ => parameters.first("token"),
    };
    Ok(Some(Wanted {
        service,
        app,
        token: token.filter(|token| !token.is_empty()),
        room,
    }))
}

/// There is no such service, or no such path of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unknown;

/// Whether the service refuses a handshake without a good token with 403; the others do with 401.
pub(crate) const fn forbids(service: Service) -> bool {
    matches!(service, Service::FacebookClone)
}

/// Whether the service has a word for why a handshake is refused, for a client that has been let in.
pub(crate) const fn tells_refusals(service: Service) -> bool {
    matches!(service, Service::GoChat)
}

/// Tells a client that `$connect` let in only for this why it is refused, and closes.
pub(crate) async fn refuse(parlour: &Parlour, moment: &Moment, event: &WsEvent) -> Pushed {
    let frame = go_chat::not_found(moment, event);
    let pushed = connected::greet(parlour, address(event), frame).await;
    close(parlour, event).await;
    pushed
}

/// Keeps the connection and subscribes it to what its user hears of.
///
/// # Errors
/// As the client is to hear of them.
pub(crate) async fn connect(
    parlour: &Parlour,
    moment: &mut Moment,
    event: &WsEvent,
    service: Service,
) -> Result<(), Refusal> {
    match service {
        // It has no connections.
        Service::Sourceloop => Err(Refusal::Status(404)),
        Service::ChatPanel | Service::Callsewa => Ok(connections::connect(parlour, &event.session, moment.now).await?),
        Service::GoChat => go_chat::connect(parlour, moment, event).await,
        Service::FacebookClone => facebook_clone::connect(parlour, moment, event).await,
    }
}

/// Why a handshake is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// With this status.
    Status(u16),
    /// Because something went wrong here.
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::TokenExpired => Self::Status(401),
            Error::Denied(Denied::NotFound) | Error::NotFound => Self::Status(404),
            Error::Denied(_) | Error::Banned => Self::Status(403),
            error => Self::Failed(error),
        }
    }
}

/// Runs a frame, and posts what answers it: an answer of `$default` goes nowhere.
pub(crate) async fn act(
    parlour: &Parlour,
    moment: &mut Moment,
    event: &WsEvent,
    service: Service,
) -> Result<Value, InvokeError> {
    let held = event.session.still_holds(parlour, moment.now).await;
    if service.speaks_socket_io() && held.is_ok() {
        return Ok(socket_io::act(parlour, moment, event, service).await);
    }
    let text = event.frame().filter(|text| text.len() <= limits::FRAME_BYTES);
    let frames = match (&text, held) {
        // Silence would leave a client that cannot be heard any more waiting for ever.
        (_, Err(error)) => return end(parlour, event, error).await,
        (None, Ok(())) => Vec::new(),
        (Some(text), Ok(())) => match service {
            Service::Sourceloop | Service::ChatPanel | Service::Callsewa => Vec::new(),
            Service::GoChat => go_chat::act(parlour, moment, event, text).await,
            Service::FacebookClone => facebook_clone::act(parlour, moment, event, text).await,
        },
    };
    answer(parlour, event, frames).await;
    Ok(json!({ "statusCode": 200 }))
}

/// Posts what answers a frame.
async fn answer(parlour: &Parlour, event: &WsEvent, frames: Vec<String>) {
    for frame in frames {
        let pushed = parlour.push.post(address(event), Bytes::from(frame)).await;
        metric::pushed(pushed);
        tracing::debug!(request_id = %event.request_id, ?pushed, "answered");
    }
}

/// The body of a frame that names a native action: the route of an action has to answer something.
pub(crate) fn unknown(moment: &Moment, event: &WsEvent, service: Service) -> Value {
    let body = dialect::unknown(service, event.session.user, moment.now);
    json!({ "statusCode": 200, "body": body })
}

/// Ends a connection whose token is over, or that nobody knows any more: these protocols have no word for it.
async fn end(parlour: &Parlour, event: &WsEvent, error: Error) -> Result<Value, InvokeError> {
    match error {
        Error::TokenExpired | Error::UnknownConnection => close(parlour, event).await,
        error => refused(event, error),
    }
    Ok(json!({ "statusCode": 200 }))
}

async fn close(parlour: &Parlour, event: &WsEvent) {
    let closed = parlour.push.close(address(event)).await;
    tracing::debug!(request_id = %event.request_id, ?closed, "a connection is over");
}

/// The body of a frame that names a native action, of a connection that is about to end.
pub(crate) fn over() -> Value {
    json!({ "statusCode": 200, "body": CLOSE })
}

fn address(event: &WsEvent) -> Address<'_> {
    Address {
        connection: &event.session.connection,
        endpoint: event.session.endpoint.as_deref(),
    }
}

/// Counts and logs why something was not done, as for every action.
fn refused(event: &WsEvent, error: Error) {
    let error: WireError = wire(error, &event.request_id);
    ended(&error);
}

/// A message of text alone.
fn message(text: String) -> Result<Outgoing, InvalidInput> {
    let message = SendMessage {
        text_message: text,
        ..SendMessage::default()
    };
    message.check()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_service_without_connections_has_no_handshake() {
        let query = [
            ("dialect", "sourceloop"),
            ("app", "shop"),
            ("path", "/messages"),
            ("token", "x"),
        ];
        let query = query.map(|(name, value)| (name.to_owned(), vec![value.to_owned()]));
        let mut request = ApiGatewayCustomAuthorizerRequestTypeRequest::default();
        request.query_string_parameters = HashMap::from(query).into();
        assert_eq!(wanted(None, &request), Err(Unknown));
    }
}
