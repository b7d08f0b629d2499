//! A message of the queue, and the event with which a function gets several.

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;
use uuid::Builder;

use super::{ACCOUNT, REGION};
use crate::clock;

/// Who puts messages, as far as anyone is told.
const SENDER: &str = "parlour";

/// One message.
#[derive(Debug)]
pub struct Message {
    /// Its place in the queue.
    pub(super) number: u64,
    /// Its id, a UUID.
    pub id: String,
    /// What was put.
    pub body: String,
    /// How often it was received.
    pub receives: u32,
    /// It was part of an invocation that failed as a whole: it goes without company.
    pub(super) alone: bool,
    /// When it was received last.
    pub(super) received: Instant,
    sent_at: i64,
    first_received_at: i64,
}

impl Message {
    pub(super) fn new(number: u64, id: String, body: String, now: i64) -> Self {
        Self {
            number,
            id,
            body,
            receives: 0,
            alone: false,
            received: Instant::now(),
            sent_at: now,
            first_received_at: 0,
        }
    }

    pub(super) fn receive(mut self) -> Self {
        if self.receives == 0 {
            self.first_received_at = clock::now_millis();
        }
        self.receives += 1;
        self.received = Instant::now();
        self
    }

    /// The system attributes, all of them text (times in milliseconds since 1970).
    #[must_use]
    pub fn attributes(&self) -> Value {
        json!({
            "ApproximateReceiveCount": self.receives.to_string(),
            "SentTimestamp": self.sent_at.to_string(),
            "SenderId": SENDER,
            "ApproximateFirstReceiveTimestamp": self.first_received_at.to_string(),
        })
    }

    fn record(&self, queue: &str) -> Value {
        json!({
            "messageId": self.id,
            // Nobody deletes by it: an event source does that for its function.
            "receiptHandle": fresh_id().unwrap_or_default(),
            "body": self.body,
            "attributes": self.attributes(),
            "messageAttributes": {},
            "md5OfBody": md5_hex(&self.body),
            "eventSource": "aws:sqs",
            "eventSourceARN": arn(queue),
            "awsRegion": REGION,
        })
    }
}

/// The event of an SQS event source mapping from the queue of this name.
#[must_use]
pub fn event(queue: &str, messages: &[Message]) -> Bytes {
    let records: Vec<Value> = messages.iter().map(|message| message.record(queue)).collect();
    Bytes::from(json!({ "Records": records }).to_string())
}

/// The ARN of a queue of the gateway.
#[must_use]
pub fn arn(queue: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")
}

/// The path of the URL of a queue of the gateway.
#[must_use]
pub fn path(queue: &str) -> String {
    format!("/{ACCOUNT}/{queue}")
}

/// A random UUID.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn fresh_id() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(Builder::from_random_bytes(bytes).into_uuid().to_string())
}

/// The MD5 of a body in hexadecimal. SQS's clients find damage by it; it protects from nobody.
#[must_use]
pub fn md5_hex(body: &str) -> String {
    format!("{:x}", md5::compute(body))
}
