//! The answers that faults give in the engine's place, in DynamoDB's words.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use serde_json::{Value, json};

use super::random::Random;
use crate::call;

const SERVICE: &str = "com.amazonaws.dynamodb.v20120810#";

pub(super) fn throttled(random: &mut Random) -> Result<HttpResponse, ConnectorError> {
    if random.chance(0.5) {
        let error =
            json!({ "__type": "com.amazon.coral.availability#ThrottlingException", "message": "Rate exceeded" });
        return call::response(400, error.to_string());
    }
    error(
        400,
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput was exceeded",
    )
}

pub(super) fn internal_error() -> Result<HttpResponse, ConnectorError> {
    error(500, "InternalServerError", "The request could not be processed")
}

/// A conflict with a transaction; `None` for operations that know none.
pub(super) fn conflict(
    operation: &str,
    request: &HttpRequest,
    random: &mut Random,
) -> Option<Result<HttpResponse, ConnectorError>> {
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => Some(error(
            400,
            "TransactionConflictException",
            "Transaction is ongoing for the item",
        )),
        "TransactWriteItems" | "TransactGetItems" => {
            let actions = call::body_json(request)["TransactItems"].as_array().map_or(0, Vec::len);
            (actions > 0).then(|| cancelled(actions, random.below(actions)))
        }
        _ => None,
    }
}

fn cancelled(actions: usize, at: usize) -> Result<HttpResponse, ConnectorError> {
    let code = |index| if index == at { "TransactionConflict" } else { "None" };
    let codes: Vec<_> = (0..actions).map(code).collect();
    let reasons: Vec<_> = codes
        .iter()
        .map(|code| match *code {
            "None" => json!({ "Code": code }),
            _ => json!({ "Code": code, "Message": "Transaction is ongoing for the item" }),
        })
        .collect();
    let message = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    );
    let name = format!("{SERVICE}TransactionCanceledException");
    let body = json!({ "__type": name, "Message": message, "CancellationReasons": reasons });
    call::response(400, body.to_string())
}

fn error(status: u16, name: &str, message: &str) -> Result<HttpResponse, ConnectorError> {
    call::response(
        status,
        json!({ "__type": format!("{SERVICE}{name}"), "message": message }).to_string(),
    )
}

/// What the SDK sees when a connection breaks after the request went out.
pub(super) fn lost(random: &mut Random) -> ConnectorError {
    if random.chance(0.5) {
        ConnectorError::timeout("the answer did not arrive in time".into())
    } else {
        ConnectorError::io("the connection was reset before the answer arrived".into())
    }
}

/// Under what a read that may be stale is remembered; `None` if the call is no such read.
pub(super) fn stale_key(operation: &str, request: &HttpRequest) -> Option<(String, String)> {
    if !call::is_read(operation) || operation == "TransactGetItems" {
        return None;
    }
    let mut json = call::body_json(request);
    let tables = json["RequestItems"]
        .as_object()
        .into_iter()
        .flat_map(|tables| tables.values());
    let consistent = std::iter::once(&json)
        .chain(tables)
        .any(|read| read["ConsistentRead"] == Value::Bool(true));
    // The SDK writes the attributes of a key in any order.
    json.sort_all_objects();
    (!consistent).then(|| (operation.to_owned(), json.to_string()))
}
