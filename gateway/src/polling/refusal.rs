//! Why a request is refused, in the words of Engine.IO's own server.

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

/// A refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: u8,
    message: &'static str,
}

impl Refusal {
    /// `transport` names none, or one that there is not.
    pub(super) const UNKNOWN_TRANSPORT: Self = Self::bad(0, "Transport unknown");
    /// There is no such session, or no more.
    pub(crate) const UNKNOWN_SESSION: Self = Self::bad(1, "Session ID unknown");
    /// A session begins with a `GET`.
    pub(super) const BAD_METHOD: Self = Self::bad(2, "Bad handshake method");
    /// Anything else that the protocol does not have.
    pub(crate) const BAD_REQUEST: Self = Self::bad(3, "Bad request");
    /// Another revision than the fourth.
    pub(super) const UNSUPPORTED_VERSION: Self = Self::bad(5, "Unsupported protocol version");
    /// More than a message may be.
    pub(super) const TOO_LONG: Self = Self {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        ..Self::BAD_REQUEST
    };

    const fn bad(code: u8, message: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            message,
        }
    }

    /// A handshake that is refused with this status: the server has one code for that, and lets the message say why.
    pub(crate) fn with_status(status: StatusCode) -> Self {
        let message = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "Forbidden",
            _ => status.canonical_reason().unwrap_or("Forbidden"),
        };
        Self {
            status,
            code: 4,
            message,
        }
    }

    /// Its answer.
    pub(crate) fn response(self) -> Response<Body> {
        let body = json!({ "code": self.code, "message": self.message });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn refusals_read_as_the_servers_own() {
        for (refusal, status, body) in [
            (
                Refusal::UNKNOWN_TRANSPORT,
                400,
                r#"{"code":0,"message":"Transport unknown"}"#,
            ),
            (
                Refusal::UNKNOWN_SESSION,
                400,
                r#"{"code":1,"message":"Session ID unknown"}"#,
            ),
            (
                Refusal::BAD_METHOD,
                400,
                r#"{"code":2,"message":"Bad handshake method"}"#,
            ),
            (Refusal::BAD_REQUEST, 400, r#"{"code":3,"message":"Bad request"}"#),
            (
                Refusal::with_status(StatusCode::UNAUTHORIZED),
                401,
                r#"{"code":4,"message":"Forbidden"}"#,
            ),
            (
                Refusal::with_status(StatusCode::SERVICE_UNAVAILABLE),
                503,
                r#"{"code":4,"message":"Service Unavailable"}"#,
            ),
            (
                Refusal::UNSUPPORTED_VERSION,
                400,
                r#"{"code":5,"message":"Unsupported protocol version"}"#,
            ),
            (Refusal::TOO_LONG, 413, r#"{"code":3,"message":"Bad request"}"#),
        ] {
            let response = refusal.response();
            assert_eq!(response.status(), status, "{body}");
            assert_eq!(response.headers()["content-type"], "application/json");
            let said = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
            assert_eq!(said, body);
        }
    }
}
