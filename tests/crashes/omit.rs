//! A store that forgets one kind of write and says that it is done: as if the code that makes it had been left out. Nothing in the
//! product knows of it.

use std::sync::{Arc, Mutex, MutexGuard};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

/// Whether this write is left out. It is `{"Put": …}`, `{"Update": …}` or `{"Delete": …}` with the fields of an action of a
/// transaction, however it was sent.
pub(crate) type Which = fn(&Value) -> bool;

/// Which writes are left out. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Omit {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    which: Option<Which>,
    omitted: usize,
}

/// What is left of a call.
enum Left {
    All,
    Part(Value),
    Nothing,
}

impl Omit {
    /// Leaves these writes out from here on; `None`: no more.
    pub(crate) fn set(&self, which: Option<Which>) {
        self.state().which = which;
    }

    /// How many writes were left out.
    pub(crate) fn count(&self) -> usize {
        self.state().omitted
    }

    fn is_omitted(&self, write: &Value) -> bool {
        let mut state = self.state();
        let is = state.which.is_some_and(|which| which(write));
        state.omitted += usize::from(is);
        is
    }

    fn left(&self, operation: &str, mut body: Value) -> Left {
        let single = |kind: &str, body: Value| {
            if self.is_omitted(&json!({ kind: body })) {
                Left::Nothing
            } else {
                Left::All
            }
        };
        match operation {
            "PutItem" => single("Put", body),
            "UpdateItem" => single("Update", body),
            "DeleteItem" => single("Delete", body),
            "TransactWriteItems" => {
                let actions = body["TransactItems"].as_array_mut().unwrap();
                let all = actions.len();
                actions.retain(|action| !self.is_omitted(action));
                left(all, actions.len(), body)
            }
            "BatchWriteItem" => {
                let tables = body["RequestItems"].as_object_mut().unwrap();
                let all = count(tables);
                for writes in tables.values_mut() {
                    writes
                        .as_array_mut()
                        .unwrap()
                        .retain(|write| !self.is_omitted(&action(write)));
                }
                tables.retain(|_, writes| !writes.as_array().unwrap().is_empty());
                let kept = count(tables);
                left(all, kept, body)
            }
            _ => Left::All,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

fn left(all: usize, kept: usize, body: Value) -> Left {
    match kept {
        _ if kept == all => Left::All,
        0 => Left::Nothing,
        _ => Left::Part(body),
    }
}

fn count(tables: &Map<String, Value>) -> usize {
    tables.values().map(|writes| writes.as_array().unwrap().len()).sum()
}

/// A write of a batch as an action of a transaction.
fn action(write: &Value) -> Value {
    match (write.get("DeleteRequest"), write.get("PutRequest")) {
        (Some(delete), _) => json!({ "Delete": delete }),
        (_, Some(put)) => json!({ "Put": put }),
        _ => Value::Null,
    }
}

/// A connector to `inner` on which writes are left out.
#[derive(Debug)]
pub(crate) struct Omitting {
    pub(crate) inner: SharedHttpConnector,
    pub(crate) omit: Omit,
}

impl HttpConnector for Omitting {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        if self.omit.state().which.is_none() {
            return self.inner.call(request);
        }
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap();
        match self.omit.left(&operation, body) {
            Left::All => {}
            Left::Part(body) => {
                let body = body.to_string();
                request.headers_mut().insert("content-length", body.len().to_string());
                *request.body_mut() = body.into();
            }
            Left::Nothing => {
                let done = HttpResponse::new(200_u16.try_into().unwrap(), "{}".into());
                return HttpConnectorFuture::new(async move { Ok(done) });
            }
        }
        self.inner.call(request)
    }
}

/// The text of this attribute of the row that an action is about.
pub(crate) fn attribute<'a>(action: &'a Value, kind: &str, name: &str) -> &'a str {
    let row = if kind == "Put" { "Item" } else { "Key" };
    action[kind][row][name]["S"].as_str().unwrap_or_default()
}

/// How an update begins.
pub(crate) fn updates(action: &Value, beginning: &str) -> bool {
    let expression = action["Update"]["UpdateExpression"].as_str().unwrap_or_default();
    expression.starts_with(beginning)
}
