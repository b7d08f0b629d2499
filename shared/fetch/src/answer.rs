//! What comes of a request.

use std::fmt;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap};

/// An answer, whatever its status; also a redirect, which is not followed.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Answer {
    /// Whether it is 200 with JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        let kind = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        // A key set has a type of its own (RFC 7517).
        let json = ["application/json", "application/jwk-set+json"];
        self.status == StatusCode::OK && json.iter().any(|json| kind.eq_ignore_ascii_case(json))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Why a request has no answer. For logs; a client learns nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The name has no address.
    #[error("the name of the host cannot be resolved")]
    Unresolved,
    /// One of the name's addresses may not be reached, so none is.
    #[error("the name of the host leads to a private address")]
    Private,
    /// No connection.
    #[error("no connection could be made")]
    Connection,
    /// The certificate is not the host's, or not trusted, or TLS failed otherwise.
    #[error("no TLS connection could be made")]
    Tls,
    /// Too slow.
    #[error("there was no whole answer in time")]
    Timeout,
    /// Too large.
    #[error("the answer is too large")]
    TooLarge,
    /// No HTTP, or broken off.
    #[error("the answer cannot be read")]
    Broken,
}
