//! What a client asks for, as its request says it.

use std::net::SocketAddr;

use http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::event::{Client, Upgrade};

/// What every connection begins with.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(super) subprotocols: Vec<String>,
    host: String,
    user_agent: Option<String>,
    source_ip: String,
    pub(super) upgrade: Upgrade,
}

/// Whether a request asks for a WebSocket.
#[must_use]
pub fn is_upgrade<B>(request: &Request<B>) -> bool {
    lists(request.headers(), &header::UPGRADE, "websocket")
}

/// How a request for an upgrade is to be accepted: the `Sec-WebSocket-Accept` of the answer.
pub(crate) fn accept_key<B>(request: &Request<B>) -> Result<String, StatusCode> {
    let headers = request.headers();
    if request.method() != Method::GET || !lists(headers, &header::CONNECTION, "upgrade") {
        return Err(StatusCode::BAD_REQUEST);
    }
    if text(headers, &header::SEC_WEBSOCKET_VERSION) != Some("13") {
        return Err(StatusCode::UPGRADE_REQUIRED);
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY).ok_or(StatusCode::BAD_REQUEST)?;
    Ok(derive_accept_key(key.as_bytes()))
}

/// Reads a request for a connection.
pub(crate) fn read<B>(request: &Request<B>, peer: SocketAddr) -> Result<Offer, StatusCode> {
    let headers = request.headers();
    let host = text(headers, &header::HOST).ok_or(StatusCode::BAD_REQUEST)?;
    Ok(Offer {
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
