//! Notes each DynamoDB request as the IAM actions that it needs.
//!
//! A transaction needs the actions of its parts, a batch one of its own on each table, a query of an index that of the index
//! ("Actions, resources, and condition keys for Amazon DynamoDB" in the service authorization reference).

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde_json::Value;

use crate::ledger::{Ledger, Permission};

/// A connector that notes what reaches `inner`.
#[derive(Debug)]
pub(crate) struct Noting {
    pub(crate) inner: SharedHttpConnector,
    pub(crate) ledger: Ledger,
}

impl HttpConnector for Noting {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let permissions = permissions(&request);
        let (ledger, inner) = (self.ledger.clone(), self.inner.clone());
        HttpConnectorFuture::new(async move {
            for permission in permissions {
                ledger.note(permission);
            }
            // As with a real engine, the answer is not there at once: whoever asked for several waits for them together.
            tokio::task::yield_now().await;
            ledger.goes_on("a request to the store");
            inner.call(request).await
        })
    }
}

fn permissions(request: &HttpRequest) -> Vec<Permission> {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let body: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default();
    let table = |of: &Value| of["TableName"].as_str().unwrap_or("no table").to_owned();
    let of = |place: String, action: &str| Permission::new(place, format!("dynamodb:{action}"));
    match operation {
        "BatchGetItem" | "BatchWriteItem" => {
            let tables = body["RequestItems"].as_object().into_iter().flatten();
            tables.map(|(table, _)| of(table.clone(), operation)).collect()
        }
        "TransactWriteItems" | "TransactGetItems" => {
            let items = body["TransactItems"].as_array().into_iter().flatten();
            let parts = items.filter_map(Value::as_object).flatten();
            parts.map(|(part, what)| of(table(what), &item_action(part))).collect()
        }
        _ => {
            let place = match body["IndexName"].as_str() {
                Some(index) => format!("{}/{index}", table(&body)),
                None => table(&body),
            };
            vec![of(place, operation)]
        }
    }
}

/// `Put`, as the part of a transaction is called, is `PutItem`, as the action is.
fn item_action(part: &str) -> String {
    match part {
        "ConditionCheck" => "ConditionCheckItem".to_owned(),
        part => format!("{part}Item"),
    }
}
