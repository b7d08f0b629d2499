//! What the AWS-shaped endpoints have in common: a signed request is read within limits, an answer is JSON.

use std::error::Error;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use serde_json::Value;
use tokio::time::timeout;

use crate::body;
use crate::signed::{KeyPair, Refusal, examine, verify};

/// How long a caller may take to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// The header in which AWS names an error.
pub(crate) const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// Why a request is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is not signed as it has to be.
    Refused(Refusal),
    /// Its body is longer than allowed.
    TooLarge,
    /// Its body did not come.
    Late,
}

impl Unread {
    /// Status, type and message; each service has its own words for a body that is too large.
    pub(crate) const fn problem(
        self,
        too_large: (StatusCode, &'static str, &'static str),
    ) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Refused(refusal) => (StatusCode::FORBIDDEN, refusal.code(), refusal.message()),
            Self::TooLarge => too_large,
            Self::Late => (
                StatusCode::REQUEST_TIMEOUT,
                "RequestTimeoutException",
                "The body did not come",
            ),
        }
    }
}

/// Reads a request to `service` with a body of up to `most` bytes. A stranger's body is not waited for: who does not even know
/// the name of the key is refused by the head.
pub(crate) async fn read<B>(
    request: Request<B>,
    key: &KeyPair,
    service: &str,
    most: usize,
) -> Result<(Parts, Bytes), Unread>
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let (parts, body) = request.into_parts();
    examine(key, service, &parts, SystemTime::now()).map_err(Unread::Refused)?;
    let whole = match timeout(BODY_TIMEOUT, body::read(body, most)).await {
        Ok(Ok(whole)) => whole,
        Ok(Err(body::Unread::TooLarge)) => return Err(Unread::TooLarge),
        Ok(Err(body::Unread::Broken)) | Err(_) => return Err(Unread::Late),
    };
    verify(key, service, &parts, &whole.bytes, SystemTime::now()).map_err(Unread::Refused)?;
    // Whoever holds the key is not held back further.
    Ok((parts, whole.bytes))
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE, "application/json");
    response
}

/// Sets a header whose value is known here.
pub(crate) fn set(response: &mut Response<Body>, name: HeaderName, value: &'static str) {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
}
