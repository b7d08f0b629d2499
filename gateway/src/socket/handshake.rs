//! The handshake: the authorizer, `$connect`, the answer.

use std::sync::Arc;

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;
use tokio::sync::oneshot;

use super::Session;
use super::offer::Offer;
use crate::answer;
use crate::connection::{Command, Input};
use crate::event::{self, Upgrade};
use crate::registry::Entry;

impl Session {
    /// Runs the handshake to its end; an entry if there is a connection now.
    pub(super) async fn shake_hands(
        &mut self,
        offer: Offer,
        accept_key: &str,
        answer: oneshot::Sender<Response<Body>>,
    ) -> Option<Arc<Entry>> {
        let Offer {
            subprotocols, upgrade, ..
        } = offer;
        let mut answer = Some(answer);
        let mut entry = None;
        let mut commands = self.handle(Input::Handshake { offered: subprotocols });
        while !commands.is_empty() {
            let mut next = Vec::new();
            for command in commands {
                match command {
                    Command::Authorize => next.extend(self.authorize(&upgrade).await),
                    Command::Connect => next.extend(self.connect(&upgrade).await),
                    Command::Refuse { status } => {
                        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
                        if let Some(answer) = answer.take() {
                            // A client that has left needs no answer.
                            let _ = answer.send(self.refusal(status));
                        }
                    }
                    Command::Accept { subprotocol } => {
                        // First known, then accepted: a post may follow the 101 at once.
                        entry = Some(self.register());
                        let response = accepted(accept_key, subprotocol.as_deref());
                        let told = answer.take().is_some_and(|answer| answer.send(response).is_ok());
                        if !told {
                            next.extend(self.handle(Input::Lost));
                        }
                    }
                    Command::HangUp => self.deregister(),
                    Command::Disconnect { code, reason } => self.disconnect(code, &reason).await,
                    _ => {}
                }
            }
            commands = next;
        }
        entry.filter(|_| self.machine.is_open())
    }

    async fn authorize(&mut self, upgrade: &Upgrade) -> Vec<Command> {
        let payload = event::authorizer(&self.client, upgrade, &self.stamp());
        let (verdict, context) = answer::authorizer(self.hub.invoker.call("authorizer", payload).await);
        self.context = context;
        let mut commands = self.drained();
        commands.extend(self.handle(Input::AuthorizerAnswered(verdict)));
        commands
    }

    async fn connect(&mut self, upgrade: &Upgrade) -> Vec<Command> {
        let payload = event::connect(&self.client, &self.context, upgrade, &self.stamp());
        let connected = answer::connect(self.hub.invoker.call("connect", payload).await);
        let mut commands = self.drained();
        commands.extend(self.handle(Input::ConnectAnswered(connected)));
        commands
    }

    /// The drain may have begun while a function ran.
    fn drained(&mut self) -> Vec<Command> {
        let draining = *self.hub.drain.borrow();
        if draining {
            self.handle(Input::Drain)
        } else {
            Vec::new()
        }
    }

    fn register(&self) -> Arc<Entry> {
        let client = &self.client;
        let entry = Entry::new(client.connected_at, client.source_ip.clone(), client.user_agent.clone());
        let entry = Arc::new(entry);
        self.hub.registry.insert(&client.connection_id, Arc::clone(&entry));
        entry
    }

    fn refusal(&self, status: StatusCode) -> Response<Body> {
        let body = json!({
            "message": status.canonical_reason().unwrap_or("Refused"),
            "connectionId": self.client.connection_id,
            "requestId": self.stamp().request_id,
        });
        json_response(status, &body)
    }
}

/// The answer to a request that did not become a handshake.
pub(super) fn refused(status: StatusCode) -> Response<Body> {
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

fn json_response(status: StatusCode, body: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn accepted(accept_key: &str, subprotocol: Option<&str>) -> Response<Body> {
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
