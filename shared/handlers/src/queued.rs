//! Events of SQS: several messages of a queue, some of which may fail.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::InvokeError;
use crate::wire::fault;

/// The part of an SQS event that is of use here.
#[derive(Debug, Deserialize)]
struct Event {
    #[serde(rename = "Records")]
    messages: Vec<Message>,
}

/// A message of a queue.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    pub(crate) message_id: String,
    pub(crate) body: String,
}

/// The messages of an event.
pub(crate) fn messages(function: &'static str, payload: &[u8]) -> Result<Vec<Message>, InvokeError> {
    let event: Event = serde_json::from_slice(payload).map_err(|error| fault(function, &error))?;
    Ok(event.messages)
}

/// An answer by which the queue gives the messages with these ids again, and in the end puts them aside for people to look at.
pub(crate) fn failed(ids: Vec<String>) -> Value {
    let failed: Vec<Value> = ids.into_iter().map(|id| json!({ "itemIdentifier": id })).collect();
    json!({ "batchItemFailures": failed })
}
