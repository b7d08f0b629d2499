//! Requests for the router: REST, the pages, the development endpoints.

use std::time::Duration;

use axum::body::Body;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use parlour_domain::limits;
use parlour_protocol::{Code, WireError};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::connection_id;

/// How long a REST request may take, its body included.
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The same for a form with the files of a message.
const FORM_TIMEOUT: Duration = Duration::from_secs(limits::UPLOAD_LASTS_SECONDS.unsigned_abs());

/// A request runs in a task of its own: a panic ends that task only, and a client that leaves does not stop a write
/// half-way. The server is not over before `alive` is dropped.
pub(super) async fn answer(
    router: axum::Router,
    request: Request<Body>,
    alive: Option<mpsc::Sender<()>>,
) -> Response<Body> {
    let limit = if is_form(&request) {
        FORM_TIMEOUT
    } else {
        REQUEST_TIMEOUT
    };
    let answer = router.oneshot(request);
    let task = tokio::spawn(async move {
        let answer = timeout(limit, answer).await;
        drop(alive);
        answer
    });
    match task.await {
        Ok(Ok(Ok(response))) => response,
        // What it was about to write may be there: the same request again tells.
        Ok(Err(_)) => problem(Code::Unavailable, "a request took too long"),
        Err(_) => problem(Code::Internal, "a request handler panicked"),
    }
}

/// Whether it is a message with its files: they may be large, and are read to their end. Who sends it is looked at before that.
fn is_form(request: &Request<Body>) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    request.method() == Method::POST
        && request.uri().path().ends_with("/message/send")
        && kind.is_some_and(|kind| kind.as_bytes().to_ascii_lowercase().starts_with(b"multipart/form-data"))
}

/// The problem document of a request that its handler cannot answer any more.
fn problem(code: Code, why: &str) -> Response<Body> {
    // Without randomness an id is empty; it serves only to find a request in a log.
    let id = connection_id::generate().unwrap_or_default();
    tracing::error!(request_id = id, why, "a request has no answer");
    let error = WireError::new(code);
    let mut response = Response::new(Body::from(error.problem(&id).to_string()));
    *response.status_mut() = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let seconds = error.retry_after_ms.map(|after| after.div_ceil(1_000).to_string());
    for (name, value) in [
        (header::CONTENT_TYPE, Some("application/problem+json")),
        (header::CACHE_CONTROL, Some("no-store")),
        (header::RETRY_AFTER, seconds.as_deref()),
        (HeaderName::from_static("x-request-id"), Some(&*id)),
    ] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use serde_json::Value;

    use super::*;

    async fn asked(path: &str) -> (Response<()>, Value) {
        let router = axum::Router::new()
            .route("/panic", get(async || -> &'static str { panic!("a bug in a route") }))
            .route("/hang", get(async || -> &'static str { std::future::pending().await }));
        let request = Request::get(path).body(Body::empty()).unwrap();
        let (parts, body) = answer(router, request, None).await.into_parts();
        let body = axum::body::to_bytes(body, 10_000).await.unwrap();
        (Response::from_parts(parts, ()), serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_answered_is_a_problem_of_the_catalogue() {
        for (path, status, code, retryable) in [("/panic", 500, "internal", false), ("/hang", 503, "unavailable", true)]
        {
            let (response, problem) = asked(path).await;
            assert_eq!(response.status(), status, "{path}");
            let headers = response.headers();
            assert_eq!(headers["content-type"], "application/problem+json");
            assert_eq!(headers.contains_key("retry-after"), retryable);
            assert_eq!(problem["code"], code);
            assert_eq!(problem["retryable"], retryable);
            assert_eq!(problem["request_id"], headers["x-request-id"].to_str().unwrap());
        }
    }
}
