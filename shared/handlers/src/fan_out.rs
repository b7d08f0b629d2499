//! `fan_out`: messages of its queue, several at a time.

use parlour_domain::Moment;
use parlour_service::Parlour;
use parlour_service::fan_out::{Job, deliver};
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

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: String,
    body: String,
}

/// Tells who is left to tell. A message that cannot be read is answered as failed: the queue puts it aside for people to look at.
pub(crate) async fn fan_out(parlour: &Parlour, moment: &Moment, payload: &[u8]) -> Result<Value, InvokeError> {
    let event: Event = serde_json::from_slice(payload).map_err(|error| fault("fan_out", &error))?;
    let (mut jobs, mut failed) = (Vec::new(), Vec::new());
    for message in event.messages {
        match Job::read(&message.body) {
            Some(job) => jobs.push(job),
            None => {
                tracing::error!(message_id = message.message_id, "a message of the queue cannot be read");
                failed.push(json!({ "itemIdentifier": message.message_id }));
            }
        }
    }
    let delivered = deliver(parlour, jobs, moment.now).await;
    tracing::debug!(?delivered, "fan-out");
    Ok(json!({ "batchItemFailures": failed }))
}
