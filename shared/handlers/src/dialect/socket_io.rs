//! Socket.IO, which chat-panel and callsewa speak: handshakes, the namespace of everything, pings and acknowledgements.
//!
//! A client learns only after its handshake why it is refused, so a refused one is let in without an identity: `connected` opens its
//! session, tells it in the words of its service and closes. Nothing of it is kept.

use aws_lambda_events::apigw::ApiGatewayCustomAuthorizerRequestTypeRequest;
use parlour_domain::dialect::Service;
use parlour_domain::{ConnectionId, Moment, limits};
use parlour_protocol::dialect::socket_io::{
    DISCONNECTED, Emitted, Heard, acknowledged, connect_error, decode, no_namespace, open as opened,
};
use parlour_protocol::dialect::socket_io::{Said, connected as in_namespace};
use parlour_service::push::{Address, Pushed};
use parlour_service::{Error, Parlour, connected, heartbeat};
use serde_json::{Value, json};

use super::{answer, callsewa, chat_panel, close, refused};
use crate::event::{Refused, WsEvent};

/// Stands for the service that the handshake's credential shows.
pub(super) const EITHER: &str = "socket.io";

/// Where its clients connect.
const PATH: &str = "/socket.io/";

/// Why a handshake is refused, as the authorizer notes it.
pub(crate) mod why {
    /// There is no credential.
    pub(crate) const NO_TOKEN: &str = "no_token";
    /// It is not good.
    pub(crate) const BAD_TOKEN: &str = "bad_token";
}

pub(super) fn is_socket(path: &str) -> bool {
    path == PATH
}

/// The token of the handshake's header.
pub(super) fn bearer(request: &ApiGatewayCustomAuthorizerRequestTypeRequest) -> Option<&str> {
    let header = request.headers.get("authorization")?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Whose client it is: chat-panel's have their token in a header, callsewa's in the query.
pub(super) fn service(request: &ApiGatewayCustomAuthorizerRequestTypeRequest) -> Service {
    if request.headers.contains_key("authorization") {
        Service::ChatPanel
    } else {
        Service::Callsewa
    }
}

/// Says what a connection hears first.
pub(crate) async fn open(parlour: &Parlour, connection: &ConnectionId) -> Pushed {
    let address = Address {
        connection,
        endpoint: None,
    };
    connected::greet(parlour, address, opened(connection.as_str(), limits::FRAME_BYTES)).await
}

/// Tells a refused client why, and closes.
pub(crate) async fn refuse(parlour: &Parlour, refused: &Refused) {
    let connection = &refused.connection;
    let address = Address {
        connection,
        endpoint: None,
    };
    if open(parlour, connection).await == Pushed::Sent {
        for frame in refusal(refused) {
            let pushed = parlour.push.post(address, frame.into()).await;
            tracing::debug!(?pushed, %connection, "refused");
        }
    }
    let closed = parlour.push.close(address).await;
    tracing::debug!(?closed, %connection, "closed");
}

/// What a refused client hears after the open packet. chat-panel lets it in and throws it out.
fn refusal(refused: &Refused) -> Vec<String> {
    match refused.service {
        Service::ChatPanel => vec![in_namespace(refused.connection.as_str()), DISCONNECTED.to_owned()],
        _ if refused.why == why::NO_TOKEN => vec![connect_error("No token key found")],
        _ => vec![connect_error("token key mismatch")],
    }
}

/// Runs a frame.
pub(super) async fn act(parlour: &Parlour, moment: &mut Moment, event: &WsEvent, service: Service) -> Value {
    let heard = event.frame().as_deref().map_or(Heard::Nothing, decode);
    let frames = match heard {
        Heard::Connect => vec![in_namespace(event.session.connection.as_str())],
        Heard::ConnectElsewhere(namespace) => vec![no_namespace(&namespace)],
        Heard::Event(emitted) => emit(parlour, moment, event, (service, &emitted)).await,
        Heard::Pong => {
            pong(parlour, moment, event).await;
            Vec::new()
        }
        Heard::Leave | Heard::Malformed => {
            close(parlour, event).await;
            Vec::new()
        }
        Heard::Nothing => Vec::new(),
    };
    answer(parlour, event, frames).await;
    json!({ "statusCode": 200 })
}

async fn emit(
    parlour: &Parlour,
    moment: &mut Moment,
    event: &WsEvent,
    (service, emitted): (Service, &Emitted),
) -> Vec<String> {
    let said = match service {
        Service::ChatPanel => chat_panel::emitted(parlour, moment, event, emitted).await,
        Service::Callsewa => callsewa::emitted(parlour, moment, event, emitted).await,
        Service::Sourceloop | Service::GoChat | Service::FacebookClone => Vec::new(),
    };
    let mut frames: Vec<String> = said.iter().map(Said::frame).collect();
    frames.extend(emitted.acknowledge.map(acknowledged));
    frames
}

async fn pong(parlour: &Parlour, moment: &Moment, event: &WsEvent) {
    match heartbeat::answered(parlour, &event.session, moment.now).await {
        Ok(()) => {}
        // Nothing reaches it any more: it comes again.
        Err(Error::UnknownConnection) => close(parlour, event).await,
        Err(error) => refused(event, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(header: Option<&str>) -> ApiGatewayCustomAuthorizerRequestTypeRequest {
        let mut request = ApiGatewayCustomAuthorizerRequestTypeRequest::default();
        if let Some(header) = header {
            request.headers.insert("authorization", header.parse().unwrap());
        }
        request
    }

    #[test]
    fn the_credential_shows_the_service() {
        let with = request(Some("bearer  a.b.c "));
        assert_eq!((service(&with), bearer(&with)), (Service::ChatPanel, Some("a.b.c")));
        let without = request(None);
        assert_eq!((service(&without), bearer(&without)), (Service::Callsewa, None));
        assert_eq!(bearer(&request(Some("Basic x"))), None);
    }

    #[test]
    fn a_refusal_is_in_the_words_of_the_service() {
        let refused = |service, why: &str| Refused {
            service,
            connection: ConnectionId::parse("abc=").unwrap(),
            why: why.to_owned(),
        };
        for (service, why, expected) in [
            (
                Service::Callsewa,
                why::NO_TOKEN,
                vec![r#"44{"message":"No token key found"}"#],
            ),
            (
                Service::Callsewa,
                why::BAD_TOKEN,
                vec![r#"44{"message":"token key mismatch"}"#],
            ),
            (Service::ChatPanel, why::NO_TOKEN, vec![r#"40{"sid":"abc="}"#, "41"]),
        ] {
            assert_eq!(refusal(&refused(service, why)), expected);
        }
    }
}
