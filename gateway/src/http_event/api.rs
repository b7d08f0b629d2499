//! The HTTP API: every request becomes an event for the `rest` function, and its answer the response.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use serde_json::json;
use tokio::sync::SemaphorePermit;

use super::{Arrival, MAX_BODY, answer, event};
use crate::body::{self, Unread, Whole};
use crate::clock;
use crate::connection_id;
use crate::invoke::{Failure, Invoker};

/// The function that serves REST.
pub const REST: &str = "rest";
/// The one that serves it to clients of other services.
pub const COMPAT_REST: &str = "compat_rest";

/// Sends everything to a function. The API's descriptions are named, because the reference's pages are served beside them.
pub fn router(invoker: Invoker, function: &'static str) -> Router {
    Router::new()
        .route("/docs/openapi.json", axum::routing::any(invoke))
        .route("/docs/asyncapi.json", axum::routing::any(invoke))
        .fallback(invoke)
        .with_state((invoker, function))
}

async fn invoke(State((invoker, function)): State<(Invoker, &'static str)>, request: Request<Body>) -> Response<Body> {
    let Ok(request_id) = connection_id::generate() else {
        return failed(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = match arrived(&request_id, request).await {
        Ok((event, _place)) => answered(&invoker, function, event).await,
        Err(status) => failed(status),
    };
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("apigw-requestid", id);
    }
    response
}

/// The event, or why there is none. The server bounds how long a body may take; the place of a large one is kept with the event.
async fn arrived(
    request_id: &str,
    request: Request<Body>,
) -> Result<(Bytes, Option<SemaphorePermit<'static>>), StatusCode> {
    let (head, body) = request.into_parts();
    let Whole { bytes, place } = body::read(body, MAX_BODY).await.map_err(|unread| match unread {
        Unread::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Unread::Broken => StatusCode::BAD_REQUEST,
    })?;
    let peer = head.extensions.get::<ConnectInfo<SocketAddr>>();
    let source_ip = peer.map_or_else(|| "127.0.0.1".to_owned(), |peer| peer.0.ip().to_string());
    let arrival = Arrival {
        head: &head,
        body: &bytes,
        source_ip: &source_ip,
        request_id,
        now: clock::now_millis(),
    };
    let event = event(arrival).map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    Ok((event, place))
}

async fn answered(invoker: &Invoker, function: &'static str, event: Bytes) -> Response<Body> {
    match invoker.call(function, event).await {
        Ok(bytes) => answer::response(&bytes).unwrap_or_else(|| {
            tracing::error!(function, "the answer of a function is none of HTTP");
            failed(StatusCode::INTERNAL_SERVER_ERROR)
        }),
        Err(Failure::Unhandled(_) | Failure::Panicked) => failed(StatusCode::INTERNAL_SERVER_ERROR),
        Err(Failure::TimedOut) => failed(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// In API Gateway's words.
fn failed(status: StatusCode) -> Response<Body> {
    let message = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "Request Entity Too Large",
        status => status.canonical_reason().unwrap_or_default(),
    };
    let mut response = Response::new(Body::from(json!({ "message": message }).to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
