//! The API Gateway Management API: `POST`, `GET` and `DELETE /@connections/{id}`, signed with the gateway's key pair.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use parlour_service::push::Pushed;
use percent_encoding::percent_decode_str;
use serde_json::json;

use crate::aws::{self, ERROR_TYPE, Unread};
use crate::clock;
use crate::connection::MAX_MESSAGE;
use crate::connection_id;
use crate::registry::Registry;
use crate::signed::KeyPair;

/// The service that a signature has to be for.
const SERVICE: &str = "execute-api";

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
    // Broken escapes stay as they are: such an id is malformed either way.
    is_ours.then(|| percent_decode_str(id).decode_utf8_lossy().into_owned())
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
        let (parts, body) = match aws::read(request, &self.key, SERVICE, MAX_MESSAGE).await {
            Ok(read) => read,
            Err(unread) => return refused(unread),
        };
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
        aws::json(StatusCode::OK, &about)
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

fn refused(unread: Unread) -> Response<Body> {
    let too_large = (
        StatusCode::PAYLOAD_TOO_LARGE,
        "PayloadTooLargeException",
        "Message too long",
    );
    let (status, code, message) = unread.problem(too_large);
    problem(status, code, message)
}

fn problem(status: StatusCode, code: &'static str, message: &str) -> Response<Body> {
    let mut response = aws::json(status, &json!({ "message": message }));
    aws::set(&mut response, ERROR_TYPE, code);
    response
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
