//! One DynamoDB call as it passes through a connector: operation name, request body, answer.
//!
//! The SDK names the operation in the `x-amz-target` header and keeps request bodies in memory.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::Value;

const TARGET_HEADER: &str = "x-amz-target";
const TARGET_PREFIX: &str = "DynamoDB_20120810.";

/// The operation a request names, without the service prefix; `None` if it is no DynamoDB request.
pub(crate) fn operation(request: &HttpRequest) -> Option<&str> {
    request.headers().get(TARGET_HEADER)?.strip_prefix(TARGET_PREFIX)
}

/// The request body; empty if it is not in memory.
pub(crate) fn body(request: &HttpRequest) -> &[u8] {
    request.body().bytes().unwrap_or_default()
}

/// The request body as JSON; null if it is none.
pub(crate) fn body_json(request: &HttpRequest) -> Value {
    serde_json::from_slice(body(request)).unwrap_or_default()
}

/// Puts another JSON body into a request.
pub(crate) fn replace_body(request: &mut HttpRequest, json: &Value) {
    let body = json.to_string();
    if request.headers().get("content-length").is_some() {
        request.headers_mut().insert("content-length", body.len().to_string());
    }
    *request.body_mut() = SdkBody::from(body);
}

/// An answer with a JSON body.
pub(crate) fn response(status: u16, body: impl Into<SdkBody>) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(status).map_err(|error| ConnectorError::other(error.into(), None))?;
    Ok(HttpResponse::new(status, body.into()))
}

/// Reads the whole answer into memory, where `response.body().bytes()` finds it.
pub(crate) async fn buffer(response: &mut HttpResponse) -> Result<(), ConnectorError> {
    if response.body().bytes().is_some() {
        return Ok(());
    }
    let body = std::mem::replace(response.body_mut(), SdkBody::taken());
    let bytes = ByteStream::new(body)
        .collect()
        .await
        .map_err(|error| ConnectorError::io(error.into()))?;
    *response.body_mut() = SdkBody::from(bytes.into_bytes());
    Ok(())
}

/// A buffered answer as JSON; null if it is none.
pub(crate) fn response_json(response: &HttpResponse) -> Value {
    serde_json::from_slice(response.body().bytes().unwrap_or_default()).unwrap_or_default()
}

/// Puts another JSON body into an answer.
pub(crate) fn replace_response_body(response: &mut HttpResponse, json: &Value) {
    let body = json.to_string();
    if response.headers().get("content-length").is_some() {
        response.headers_mut().insert("content-length", body.len().to_string());
    }
    *response.body_mut() = SdkBody::from(body);
}

/// Whether an operation only reads items.
pub(crate) fn is_read(operation: &str) -> bool {
    matches!(
        operation,
        "GetItem" | "Query" | "Scan" | "BatchGetItem" | "TransactGetItems"
    )
}
