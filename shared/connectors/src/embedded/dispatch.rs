//! From an operation name and a JSON body to a typed call on the database, and from its outcome to status and JSON.
//!
//! The typed call is what crosses to the engine's thread, so that no JSON is read or written there.

use dynoxide::{Database, DynoxideError};
use serde::Serialize;

use super::decode::decode;

/// A typed answer whose JSON is written later, by the caller.
pub(super) trait Payload: Send {
    fn json(&self) -> serde_json::Result<Vec<u8>>;
}

impl<T: Serialize + Send> Payload for T {
    fn json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }
}

/// What the database said.
pub(super) type Outcome = Result<Box<dyn Payload>, DynoxideError>;

/// A call ready to run.
pub(super) struct Job {
    /// Whether it may write, so that its answer has to wait for the disk.
    pub(super) writes: bool,
    /// The call.
    pub(super) run: Box<dyn FnOnce(&Database) -> Outcome + Send>,
}

/// An HTTP status and a JSON body.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Writes the JSON of an outcome.
    pub(super) fn of(outcome: Outcome) -> Self {
        match outcome.map(|payload| payload.json()) {
            Ok(Ok(body)) => Self { status: 200, body },
            Ok(Err(error)) => Self::error(&DynoxideError::InternalServerError(error.to_string())),
            Err(error) => Self::error(&error),
        }
    }

    fn error(error: &DynoxideError) -> Self {
        Self {
            status: error.status_code(),
            body: error.to_json().into_bytes(),
        }
    }

    fn unknown_operation() -> Self {
        let body = br#"{"__type":"com.amazon.coral.service#UnknownOperationException","message":"Unknown operation"}"#;
        Self {
            status: 400,
            body: body.to_vec(),
        }
    }
}

macro_rules! job {
    ($writes:literal, $method:ident, $operation:ident, $body:ident) => {{
        let request = decode($operation, $body).map_err(|error| Answer::error(&error))?;
        Ok(Job {
            writes: $writes,
            run: Box::new(move |database| {
                database
                    .$method(request)
                    .map(|response| Box::new(response) as Box<dyn Payload>)
            }),
        })
    }};
}

/// Reads a request. An error is the answer to give.
pub(super) fn prepare(operation: &str, body: &[u8]) -> Result<Job, Answer> {
    match operation {
        "GetItem" => job!(false, get_item, operation, body),
        "Query" => job!(false, query, operation, body),
        "PutItem" => job!(true, put_item, operation, body),
        "UpdateItem" => job!(true, update_item, operation, body),
        "DeleteItem" => job!(true, delete_item, operation, body),
        "TransactWriteItems" => job!(true, transact_write_items, operation, body),
        "TransactGetItems" => job!(false, transact_get_items, operation, body),
        "BatchGetItem" => job!(false, batch_get_item, operation, body),
        "BatchWriteItem" => job!(true, batch_write_item, operation, body),
        "Scan" => job!(false, scan, operation, body),
        "CreateTable" => job!(true, create_table, operation, body),
        "UpdateTable" => job!(true, update_table, operation, body),
        "DeleteTable" => job!(true, delete_table, operation, body),
        "DescribeTable" => job!(false, describe_table, operation, body),
        "ListTables" => job!(false, list_tables, operation, body),
        "UpdateTimeToLive" => job!(true, update_time_to_live, operation, body),
        "DescribeTimeToLive" => job!(false, describe_time_to_live, operation, body),
        _ => Err(Answer::unknown_operation()),
    }
}
