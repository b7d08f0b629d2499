//! Feeds a function from its queue, as an event source mapping with `ReportBatchItemFailures` does.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde::Deserialize;

use super::{FunctionQueue, Message, Outcome, event};
use crate::invoke::Invoker;

/// Delivers until the queue is closed and empty.
pub async fn run(queue: &FunctionQueue, invoker: &Invoker) {
    let mut under_way = FuturesUnordered::new();
    loop {
        let has_place = under_way.len() < queue.rules().invocations.max(1);
        tokio::select! {
            batch = queue.receive(), if has_place => match batch {
                Some(batch) => under_way.push(invoke(queue, invoker, batch)),
                // What is under way may fail, and come again.
                None if !under_way.is_empty() => {
                    under_way.next().await;
                }
                None => return,
            },
            Some(()) = under_way.next() => {}
        }
    }
}

async fn invoke(queue: &FunctionQueue, invoker: &Invoker, batch: Vec<Message>) {
    let outcome = match invoker.call(queue.name(), event(queue.name(), &batch)).await {
        Ok(answer) => outcome(&answer, &batch),
        // Logged by the invoker.
        Err(_) => Outcome::Failed,
    };
    queue.settle(batch, &outcome);
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
