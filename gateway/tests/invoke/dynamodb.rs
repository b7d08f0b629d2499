//! The embedded engine at an HTTP endpoint, so that two sides can share it.

use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use parlour_connectors::embedded::EmbeddedEngine;

#[derive(Clone)]
struct Endpoint {
    engine: SharedHttpConnector,
    /// What the `Authorization` header has to contain.
    signed_by: [&'static str; 2],
}

/// Starts it on a free port of this machine and answers its URL.
pub(crate) async fn start() -> String {
    start_for("", "").await
}

/// The same for requests that name this key and this scope.
pub(crate) async fn start_for(key: &'static str, scope: &'static str) -> String {
    let endpoint = Endpoint {
        engine: EmbeddedEngine::in_memory().unwrap().connector(),
        signed_by: [key, scope],
    };
    let router = axum::Router::new().fallback(call).with_state(endpoint);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, router).into_future());
    url
}

async fn call(State(endpoint): State<Endpoint>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let authorization = parts.headers["authorization"].to_str().unwrap();
    if !endpoint.signed_by.iter().all(|part| authorization.contains(part)) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let body = axum::body::to_bytes(body, 2 * 1024 * 1024).await.unwrap();
    parts.uri = format!("http://127.0.0.1{}", parts.uri).parse().unwrap();
    let request = http::Request::from_parts(parts, SdkBody::from(body.to_vec()));
    let answer = endpoint
        .engine
        .call(HttpRequest::try_from(request).unwrap())
        .await
        .unwrap();
    let (parts, body) = answer.try_into_http1x().unwrap().into_parts();
    Response::from_parts(parts, Body::from(body.bytes().unwrap().to_vec()))
}
