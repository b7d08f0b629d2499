//! The queues of `fan_out` and `deliver`: SQS's `SendMessageBatch`, several calls side by side.
//!
//! A put is complete or an error. After an error some messages may be in the queue all the same: a queue gives each at least once,
//! so the caller may put, or tell, all of them again.

use std::time::Duration;

use futures_util::future::try_join_all;
use parlour_service::push::BoxFuture;
use parlour_service::queue::{Queue, QueueError};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use crate::aws_service::{AwsService, Patience};
use crate::batches::batches;

/// The service that requests are signed for.
pub(crate) const SERVICE: &str = "sqs";
/// A put has this long in all.
const LIMIT: Duration = Duration::from_secs(2);
/// Two tries fit.
const PATIENCE: Patience = Patience {
    limit: Duration::from_millis(950),
    pauses: &[Duration::from_millis(50)],
};

/// A queue of SQS.
#[derive(Debug)]
pub struct SqsQueue {
    sqs: AwsService,
    url: String,
    limit: Duration,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<'a> {
    queue_url: &'a str,
    entries: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
    id: String,
    message_body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_seconds: Option<u16>,
}

/// Both lists may be missing.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    successful: Vec<serde::de::IgnoredAny>,
    #[serde(default)]
    failed: Vec<Failed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Failed {
    #[serde(default)]
    code: String,
}

impl SqsQueue {
    /// The queue with this URL, which names it and need not be where SQS is.
    #[must_use]
    pub fn new(sqs: AwsService, url: String) -> Self {
        Self { sqs, url, limit: LIMIT }
    }

    /// With another limit than 2 s for one put.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    async fn put_all(&self, messages: Vec<String>, delay: Option<u16>) -> Result<(), QueueError> {
        let messages: Vec<String> = messages.into_iter().map(acceptable).collect();
        let batches = batches(&messages, String::len)
            .map_err(|length| QueueError(format!("a message of {length} bytes is too large")))?;
        let calls = batches.into_iter().map(|batch| self.put_batch(batch, delay));
        match timeout(self.limit, try_join_all(calls)).await {
            Ok(put) => put.map(drop),
            Err(_) => Err(QueueError(format!("no answer within {} ms", self.limit.as_millis()))),
        }
    }

    async fn put_batch(&self, messages: &[String], delay: Option<u16>) -> Result<(), QueueError> {
        let entries = messages.iter().enumerate().map(|(place, message)| Entry {
            id: place.to_string(),
            message_body: message,
            delay_seconds: delay,
        });
        let batch = Batch {
            queue_url: &self.url,
            entries: entries.collect(),
        };
        let failed = |error: &dyn std::fmt::Display| QueueError(error.to_string());
        let body = serde_json::to_string(&batch).map_err(|error| failed(&error))?;
        let answer = self.sqs.json("1.0", "AmazonSQS.SendMessageBatch", body, PATIENCE).await;
        let answer = answer.map_err(|error| failed(&error))?;
        let answer: Answer = serde_json::from_slice(&answer).map_err(|_| failed(&"the answer cannot be read"))?;
        match answer.failed.first() {
            Some(first) => Err(QueueError(format!(
                "{} of {} messages failed, the first by {}",
                answer.failed.len(),
                messages.len(),
                first.code
            ))),
            None if answer.successful.len() < messages.len() => Err(failed(&"some messages have no result")),
            None => Ok(()),
        }
    }
}

/// SQS refuses two characters that JSON and a chat message may have. In a JSON text they can only stand in strings.
fn acceptable(message: String) -> String {
    if message.contains(['\u{fffe}', '\u{ffff}']) {
        message.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
    } else {
        message
    }
}

impl Queue for SqsQueue {
    fn put(&self, messages: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(self.put_all(messages, None))
    }

    fn put_later(&self, messages: Vec<String>, seconds: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        Box::pin(self.put_all(messages, Some(seconds).filter(|seconds| *seconds > 0)))
    }
}
