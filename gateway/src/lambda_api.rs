//! Lambda's Invoke API for the functions that the gateway can invoke: `POST /2015-03-31/functions/{name}/invocations`, signed with
//! the gateway's key pair for the service `lambda`.
//!
//! Functions outside this process call each other here; a runtime on a laptop has no asynchronous invocation of its own.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde::de::IgnoredAny;
use serde_json::json;

use crate::asynchronous::Asynchronous;
use crate::aws::{self, ERROR_TYPE, Unread};
use crate::invoke::{Failure, INTEGRATION_TIMEOUT, Invoker};
use crate::signed::KeyPair;

/// The service that a signature has to be for.
const SERVICE: &str = "lambda";
/// The most bytes of an event that someone waits for the answer of: Lambda's 6 MB.
const MAX_EVENT: usize = 6 * 1024 * 1024;
/// The most bytes of an event that nobody waits for: Lambda's 1 MB.
const MAX_LATER: usize = 1024 * 1024;

const FUNCTION_ERROR: HeaderName = HeaderName::from_static("x-amz-function-error");
const VERSION: HeaderName = HeaderName::from_static("x-amz-executed-version");

/// The endpoint.
#[derive(Debug, Clone)]
pub struct LambdaApi {
    invoker: Invoker,
    calls: Arc<Asynchronous>,
    key: Arc<KeyPair>,
}

/// The function in a path of the Invoke API, whether it is named or given by its ARN, with or without a qualifier; `None`: another
/// path.
#[must_use]
pub fn function_in(path: &str) -> Option<String> {
    let rest = path.strip_prefix("/2015-03-31/functions/")?;
    let name = rest.strip_suffix("/invocations")?;
    let name = percent_decode_str(name).decode_utf8_lossy();
    let name = name.rsplit_once("function:").map_or(&*name, |(_, name)| name);
    let name = name.split(':').next().unwrap_or_default();
    Some(name.to_owned())
}

impl LambdaApi {
    /// Over this invoker, for the holder of this key pair.
    #[must_use]
    pub fn new(invoker: Invoker, calls: Arc<Asynchronous>, key: Arc<KeyPair>) -> Self {
        Self { invoker, calls, key }
    }

    /// Answers a request to invoke the function `name`.
    pub async fn answer<B>(&self, name: &str, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let invocation = invocation(request.headers());
        let most = if invocation == Some(Invocation::Event) {
            MAX_LATER
        } else {
            MAX_EVENT
        };
        let (parts, event) = match aws::read(request, &self.key, SERVICE, most).await {
            Ok(read) => read,
            Err(unread) => return refused(unread),
        };
        let function = parlour_handlers::FUNCTIONS.into_iter().find(|known| *known == name);
        let (Some(function), Method::POST) = (function, parts.method) else {
            return problem(StatusCode::NOT_FOUND, "ResourceNotFoundException", "Function not found");
        };
        // No body at all is an event as well, on AWS too.
        let event = if event.is_empty() {
            Bytes::from_static(b"{}")
        } else {
            event
        };
        if serde_json::from_slice::<IgnoredAny>(&event).is_err() {
            let message = "Could not parse request body into json";
            return problem(StatusCode::BAD_REQUEST, "InvalidRequestContentException", message);
        }
        match invocation {
            Some(Invocation::RequestResponse) => self.now(function, event).await,
            Some(Invocation::Event) => self.later(function, event),
            Some(Invocation::DryRun) => status(StatusCode::NO_CONTENT),
            None => {
                let message = "The invocation type is RequestResponse, Event or DryRun";
                problem(StatusCode::BAD_REQUEST, "InvalidParameterValueException", message)
            }
        }
    }

    async fn now(&self, function: &'static str, event: Bytes) -> Response<Body> {
        let mut response = match self.invoker.call(function, event).await {
            Ok(answer) => Response::new(Body::from(answer)),
            Err(failure) => {
                let body = json!({ "errorType": "Unhandled", "errorMessage": message(failure) });
                let mut response = aws::json(StatusCode::OK, &body);
                aws::set(&mut response, FUNCTION_ERROR, "Unhandled");
                response
            }
        };
        aws::set(&mut response, header::CONTENT_TYPE, "application/json");
        aws::set(&mut response, VERSION, "$LATEST");
        response
    }

    fn later(&self, function: &'static str, event: Bytes) -> Response<Body> {
        match self.calls.call(function, event) {
            Ok(()) => status(StatusCode::ACCEPTED),
            Err(error) => {
                tracing::warn!(%error, function, "an asynchronous call is refused");
                problem(
                    StatusCode::TOO_MANY_REQUESTS,
                    "TooManyRequestsException",
                    "Rate Exceeded.",
                )
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Invocation {
    RequestResponse,
    Event,
    DryRun,
}

fn invocation(headers: &HeaderMap) -> Option<Invocation> {
    match headers.get("x-amz-invocation-type").map(header::HeaderValue::as_bytes) {
        None | Some(b"RequestResponse") => Some(Invocation::RequestResponse),
        Some(b"Event") => Some(Invocation::Event),
        Some(b"DryRun") => Some(Invocation::DryRun),
        Some(_) => None,
    }
}

fn message(failure: Failure) -> String {
    match failure {
        Failure::Unhandled(message) => message,
        Failure::Panicked => "the function panicked".to_owned(),
        Failure::TimedOut => format!("Task timed out after {} seconds", INTEGRATION_TIMEOUT.as_secs()),
    }
}

fn refused(unread: Unread) -> Response<Body> {
    let message = "The event is larger than 6 MB, or than 1 MB if nobody waits for the answer";
    let too_large = (StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", message);
    let (status, code, message) = unread.problem(too_large);
    problem(status, code, message)
}

fn problem(status: StatusCode, code: &'static str, message: &str) -> Response<Body> {
    let whose = if status.is_server_error() { "Service" } else { "User" };
    let mut response = aws::json(status, &json!({ "Type": whose, "Message": message }));
    aws::set(&mut response, ERROR_TYPE, code);
    response
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_names_the_function() {
        for (path, name) in [
            ("/2015-03-31/functions/connected/invocations", Some("connected")),
            ("/2015-03-31/functions/connected%3Alive/invocations", Some("connected")),
            (
                "/2015-03-31/functions/arn%3Aaws%3Alambda%3Alocal%3A000000000000%3Afunction%3Afan_out/invocations",
                Some("fan_out"),
            ),
            (
                "/2015-03-31/functions/000000000000:function:fan_out:7/invocations",
                Some("fan_out"),
            ),
            ("/2015-03-31/functions/connected", None),
            ("/user/functions/connected/invocations", None),
        ] {
            assert_eq!(function_in(path).as_deref(), name, "{path}");
        }
    }
}
