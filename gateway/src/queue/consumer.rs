//! Feeds the `fan_out` function from its queue, as an event source mapping with `ReportBatchItemFailures` does.

use serde::Deserialize;

use super::{FanOutQueue, Message, NAME, Outcome, event};
use crate::invoke::Invoker;

/// Delivers until the queue is closed and empty.
pub async fn run(queue: &FanOutQueue, invoker: &Invoker) {
    while let Some(batch) = queue.receive().await {
        let outcome = match invoker.call(NAME, event(&batch)).await {
            Ok(answer) => outcome(&answer, &batch),
            // Logged by the invoker.
            Err(_) => Outcome::Failed,
        };
        queue.settle(batch, &outcome);
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    batch_item_failures: Option<Vec<Item>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    item_identifier: Option<String>,
}

/// As AWS reads an answer: nothing at all is success; what cannot be read, or names a message that was not there, is failure.
fn outcome(answer: &[u8], batch: &[Message]) -> Outcome {
    if answer.is_empty() {
        return Outcome::Answered { failed: Vec::new() };
    }
    let Ok(answer) = serde_json::from_slice::<Option<Answer>>(answer) else {
        return Outcome::Failed;
    };
    let items = answer.and_then(|answer| answer.batch_item_failures).unwrap_or_default();
    let known = |id: &String| batch.iter().any(|message| message.id == *id);
    let failed = items.into_iter().map(|item| item.item_identifier.filter(known));
    failed
        .collect::<Option<Vec<String>>>()
        .map_or(Outcome::Failed, |failed| Outcome::Answered { failed })
}
