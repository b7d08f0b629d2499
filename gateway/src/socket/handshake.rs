//! The handshake: what the client offers, the authorizer, `$connect`, the answer.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::json;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::Session;
use crate::answer;
use crate::connection::{Command, Input};
use crate::event::{self, Client, Upgrade};
use crate::registry::Entry;

/// What a client asks for.
#[derive(Debug)]
pub(super) struct Offer {
    accept_key: String,
    subprotocols: Vec<String>,
    host: String,
    user_agent: Option<String>,
    source_ip: String,
    upgrade: Upgrade,
}

/// Whether a request asks for a WebSocket.
#[must_use]
pub fn is_upgrade<B>(request: &Request<B>) -> bool {
    lists(request.headers(), &header::UPGRADE, "websocket")
}

/// Reads a request for an upgrade.
pub(super) fn read<B>(request: &Request<B>, peer: SocketAddr) -> Result<Offer, StatusCode> {
    let headers = request.headers();
    if request.method() != Method::GET || !lists(headers, &header::CONNECTION, "upgrade") {
        return Err(StatusCode::BAD_REQUEST);
    }
    if text(headers, &header::SEC_WEBSOCKET_VERSION) != Some("13") {
        return Err(StatusCode::UPGRADE_REQUIRED);
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY).ok_or(StatusCode::BAD_REQUEST)?;
    let host = text(headers, &header::HOST).ok_or(StatusCode::BAD_REQUEST)?;
    Ok(Offer {
        accept_key: derive_accept_key(key.as_bytes()),
        subprotocols: items(headers, &header::SEC_WEBSOCKET_PROTOCOL)
            .map(str::to_owned)
            .collect(),
        host: host.to_owned(),
        user_agent: text(headers, &header::USER_AGENT).map(str::to_owned),
        source_ip: peer.ip().to_string(),
        upgrade: upgrade(request, peer),
    })
}

/// The handshake as the functions see it: header names as AWS writes them, and who forwarded it.
fn upgrade<B>(request: &Request<B>, peer: SocketAddr) -> Upgrade {
    let forwarded = |name: &HeaderName| name.as_str().starts_with("x-forwarded-");
    let mut headers: Vec<(String, String)> = request
        .headers()
        .iter()
        .filter(|(name, _)| !forwarded(name))
        .filter_map(|(name, value)| Some((aws_case(name.as_str()), value.to_str().ok()?.to_owned())))
        .collect();
    headers.push(("X-Forwarded-For".to_owned(), peer.ip().to_string()));
    headers.push(("X-Forwarded-Proto".to_owned(), "http".to_owned()));
    let query = request.uri().query().unwrap_or_default();
    let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    Upgrade { headers, query }
}

/// `sec-websocket-protocol` → `Sec-WebSocket-Protocol`.
fn aws_case(name: &str) -> String {
    let word = |part: &str| match part {
        "websocket" => "WebSocket".to_owned(),
        _ => {
            let (first, rest) = part.split_at(part.len().min(1));
            first.to_ascii_uppercase() + rest
        }
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn items<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

fn lists(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    items(headers, name).any(|item| item.eq_ignore_ascii_case(wanted))
}

impl Offer {
    pub(super) fn client(&self, connection_id: String, now: i64) -> Client {
        Client {
            connection_id,
            connected_at: now,
            source_ip: self.source_ip.clone(),
            user_agent: self.user_agent.clone(),
            host: self.host.clone(),
        }
    }
}

impl Session {
    /// Runs the handshake to its end; an entry if there is a connection now.
    pub(super) async fn shake_hands(
        &mut self,
        offer: Offer,
        answer: oneshot::Sender<Response<Body>>,
    ) -> Option<Arc<Entry>> {
        let Offer {
            accept_key,
            subprotocols,
            upgrade,
            ..
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
                        let response = accepted(&accept_key, subprotocol.as_deref());
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

#[cfg(test)]
mod tests {
    use super::aws_case;

    #[test]
    fn header_names_read_as_aws_writes_them() {
        for (name, aws) in [
            ("host", "Host"),
            ("sec-websocket-protocol", "Sec-WebSocket-Protocol"),
            ("x-two", "X-Two"),
            ("a--b", "A--B"),
        ] {
            assert_eq!(aws_case(name), aws);
        }
    }
}
