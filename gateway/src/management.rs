//! The API Gateway Management API: `POST`, `GET` and `DELETE /@connections/{id}`, signed with the gateway's key pair.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use parlour_service::push::Pushed;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::clock;
use crate::connection::MAX_MESSAGE;
use crate::connection_id;
use crate::registry::Registry;
use crate::signed::{KeyPair, verify};

/// How long a caller may take to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The management API over the open connections.
#[derive(Debug, Clone)]
pub struct Management {
    registry: Arc<Registry>,
    key: Arc<KeyPair>,
}

/// The connection id in a path of the management API, percent-decoded; `None`: another path.
#[must_use]
pub fn connection_in(path: &str) -> Option<String> {
    let rest = path.strip_prefix('/')?;
    let (first, id) = rest.split_once('/')?;
    let is_ours = first == "@connections" || first.eq_ignore_ascii_case("%40connections");
    is_ours.then(|| percent_decode(id))
}

impl Management {
    /// Over these connections, for the holder of this key pair.
    #[must_use]
    pub fn new(registry: Arc<Registry>, key: Arc<KeyPair>) -> Self {
        Self { registry, key }
    }

    /// Answers a request about the connection `id`.
    pub async fn answer<B>(&self, id: &str, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        let body = match timeout(BODY_TIMEOUT, Limited::new(body, MAX_MESSAGE).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(_)) => {
                return problem(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "PayloadTooLargeException",
                    "Message too long",
                );
            }
            Err(_) => {
                return problem(
                    StatusCode::REQUEST_TIMEOUT,
                    "RequestTimeoutException",
                    "The body did not come",
                );
            }
        };
        if let Err(refusal) = verify(&self.key, &parts, &body, SystemTime::now()) {
            return problem(StatusCode::FORBIDDEN, refusal.code(), refusal.message());
        }
        if !connection_id::is_well_formed(id) {
            return problem(StatusCode::BAD_REQUEST, "BadRequestException", "Invalid connectionId");
        }
        match parts.method {
            Method::POST => pushed(self.registry.post(id, &body), StatusCode::OK),
            Method::DELETE => pushed(self.registry.delete(id), StatusCode::NO_CONTENT),
            Method::GET => self.describe(id),
            _ => problem(
                StatusCode::FORBIDDEN,
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
            ),
        }
    }

    fn describe(&self, id: &str) -> Response<Body> {
        let Some(entry) = self.registry.get(id) else {
            return pushed(Pushed::Gone, StatusCode::OK);
        };
        let about = json!({
            "connectedAt": clock::rfc3339(entry.connected_at),
            "lastActiveAt": clock::rfc3339(entry.last_active_at()),
            "identity": { "sourceIp": entry.source_ip, "userAgent": entry.user_agent },
        });
        reply(StatusCode::OK, None, &about)
    }
}

fn pushed(outcome: Pushed, sent: StatusCode) -> Response<Body> {
    match outcome {
        Pushed::Sent => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = sent;
            response
        }
        Pushed::Gone => problem(StatusCode::GONE, "GoneException", "The connection is gone"),
        Pushed::Throttled => problem(
            StatusCode::TOO_MANY_REQUESTS,
            "LimitExceededException",
            "Too many requests",
        ),
        Pushed::Failed => problem(
            StatusCode::BAD_REQUEST,
            "BadRequestException",
            "The message is not UTF-8 text",
        ),
    }
}

fn problem(status: StatusCode, code: &'static str, message: &str) -> Response<Body> {
    reply(status, Some(code), &json!({ "message": message }))
}

fn reply(status: StatusCode, code: Option<&'static str>, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/json"),
    );
    if let Some(code) = code {
        headers.insert("x-amzn-errortype", header::HeaderValue::from_static(code));
    }
    response
}

/// Broken escapes stay as they are: such an id is malformed either way.
fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_names_the_connection() {
        for (path, id) in [
            ("/@connections/L0SM9cOFvHcCIhw=", Some("L0SM9cOFvHcCIhw=")),
            ("/@connections/L0SM9cOFvHcCIhw%3D", Some("L0SM9cOFvHcCIhw=")),
            ("/%40connections/L0SM9cOFvHcCIhw%3d", Some("L0SM9cOFvHcCIhw=")),
            ("/@connections/%zz%", Some("%zz%")),
            ("/@connections", None),
            ("/user/@connections/x", None),
        ] {
            assert_eq!(connection_in(path).as_deref(), id, "{path}");
        }
    }
}
