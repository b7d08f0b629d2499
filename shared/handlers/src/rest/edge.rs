//! What surrounds every route: the request's id, problem documents, CORS and the headers that keep answers data.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, CONTENT_TYPE,
    ORIGIN, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use parlour_protocol::{Code, WireError};
use tokio::time::Instant;

use super::Rest;
use super::respond::{Failed, Failure, Timed};
use crate::wire::{ended, wire};

/// What the answer will name the request by, for routes that log a part of it by themselves.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Runs a request: preflights are answered here, failures become problem documents.
pub(crate) async fn edge(State(rest): State<Rest>, mut request: Request, next: Next) -> Response {
    let begin = Instant::now();
    let id = request_id(&rest);
    let origin = request.headers().get(ORIGIN).cloned();
    let preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if preflight {
        StatusCode::NO_CONTENT.into_response()
    } else {
        request.extensions_mut().insert(RequestId(id.clone()));
        next.run(request).await
    };
    if let Some(Timed(timing)) = response.extensions().get() {
        timing.record(begin.elapsed());
    }
    let mut allowed = true;
    if let Some(error) = failure(&response, &id) {
        ended(&error);
        allowed = error.code != Code::OriginNotAllowed;
        response = problem(&error, &id);
    }
    let headers = response.headers_mut();
    if let Some(origin) = origin.filter(|_| allowed) {
        share(headers, origin, preflight);
    }
    headers.insert(VARY, HeaderValue::from_static("origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

fn request_id(rest: &Rest) -> String {
    let bytes: [u8; 8] = (rest.moments)().entropy.bytes();
    format!("{:016x}", u64::from_be_bytes(bytes))
}

/// The failure of a route, or of the framework (a body over the limit is told by its status alone).
fn failure(response: &Response, id: &str) -> Option<WireError> {
    if let Some(failed) = response.extensions().get::<Failed>() {
        let failure = failed.0.lock().ok().and_then(|mut failure| failure.take());
        return Some(match failure {
            Some(Failure::Service(error)) => wire(error, id),
            Some(Failure::Wire(error)) => error,
            None => WireError::new(Code::Internal),
        });
    }
    match response.status() {
        // One that says so in the words of another service is that service's answer.
        StatusCode::PAYLOAD_TOO_LARGE if !is_json(response) => Some(WireError::new(Code::PayloadTooLarge)),
        _ => None,
    }
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

fn problem(error: &WireError, id: &str) -> Response {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Body::from(error.problem(id).to_string())).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(after) = error.retry_after_ms {
        headers.insert(RETRY_AFTER, HeaderValue::from(after.div_ceil(1000)));
    }
    response
}

/// No cookie is ever read, so an origin gains nothing by being named here: whether it may use the app is decided with the
/// credential, in `extract.rs`, against the app's own list.
fn share(headers: &mut HeaderMap, origin: HeaderValue, preflight: bool) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("idempotent-replayed, retry-after, x-request-id"),
    );
    if preflight {
        headers.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE"),
        );
        let allowed = HeaderValue::from_static(
            "appid, authorization, clientkey, content-type, idempotency-key, parlour-app, token",
        );
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
}
