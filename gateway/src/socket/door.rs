//! The two ways in which a client comes, and how each of them is answered.

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use hyper::upgrade::OnUpgrade;
use serde_json::{Value, json};

use super::transport::{Broken, Transport};
use super::websocket::WebSocket;
use crate::polling::{Line, Opening, Refusal, Waiter};

/// How a client comes.
pub(super) enum Door {
    /// By a request for an upgrade.
    WebSocket {
        /// The `Sec-WebSocket-Accept` of the answer.
        accept_key: String,
        /// What the upgrade will give.
        upgrade: OnUpgrade,
    },
    /// By a request that wants to poll.
    Polling(Opening),
}

impl Door {
    /// The answer to a client that is not let in. `about`: who asks, for answers that name it.
    pub(super) fn refusal(&self, status: StatusCode, about: Value) -> Response<Body> {
        match self {
            Self::WebSocket { .. } => {
                let mut body = about;
                body["message"] = json!(status.canonical_reason().unwrap_or("Refused"));
                json_response(status, &body)
            }
            Self::Polling(_) => Refusal::with_status(status).response(),
        }
    }

    /// Lets a client in; false: it has left meanwhile.
    pub(super) fn accept(&self, answer: &mut Option<Waiter>, subprotocol: Option<&str>) -> bool {
        match self {
            Self::WebSocket { accept_key, .. } => {
                let response = accepted(accept_key, subprotocol);
                answer.take().is_some_and(|answer| answer.send(response).is_ok())
            }
            // The open packet is its answer.
            Self::Polling(_) => answer.as_ref().is_some_and(|answer| !answer.is_closed()),
        }
    }

    /// What carries the frames of a client that was let in.
    pub(super) async fn open(self, answer: Option<Waiter>) -> Result<Transport, Broken> {
        match self {
            Self::WebSocket { upgrade, .. } => Ok(Transport::socket(WebSocket::open(upgrade).await?)),
            Self::Polling(opening) => Ok(Transport::polling(Line::new(opening, answer.ok_or(Broken)?))),
        }
    }
}

/// The answer to a request that did not become a handshake.
pub(crate) fn refused(status: StatusCode) -> Response<Body> {
    let mut response = json_response(
        status,
        &json!({ "message": status.canonical_reason().unwrap_or("Refused") }),
    );
    if status == StatusCode::UPGRADE_REQUIRED {
        response
            .headers_mut()
            .insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    }
    response
}

fn json_response(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The answer to a handshake: from here on there is a WebSocket.
pub(crate) fn accepted(accept_key: &str, subprotocol: Option<&str>) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    let optional = [
        (header::SEC_WEBSOCKET_ACCEPT, Some(accept_key)),
        (header::SEC_WEBSOCKET_PROTOCOL, subprotocol),
    ];
    for (name, value) in optional {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    response
}
