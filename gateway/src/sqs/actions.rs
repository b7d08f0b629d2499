//! The actions.

use std::collections::HashSet;
use std::time::Duration;

use http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::problem::{Kind, Problem};
use super::{MAX_MESSAGES, Sqs};
use crate::queue::{DEAD_LETTERS, FunctionQueue, Received, arn, md5_hex, path};

/// The most entries of a batch, and messages of one receipt.
const MOST: usize = 10;
/// The longest time for which a message is hidden, in seconds.
const MAX_VISIBILITY: u64 = 12 * 60 * 60;

const GATEWAY_RECEIVES: &str = "The gateway itself receives from this queue and feeds the function.";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Send {
    queue_url: String,
    #[serde(flatten)]
    message: Message,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    message_body: String,
    #[serde(default)]
    message_attributes: Map<String, Value>,
    #[serde(default)]
    delay_seconds: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SendBatch {
    queue_url: String,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    id: String,
    #[serde(flatten)]
    message: Message,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Receive {
    queue_url: String,
    max_number_of_messages: Option<usize>,
    visibility_timeout: Option<u64>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Delete {
    queue_url: String,
    receipt_handle: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attributes {
    queue_url: String,
    #[serde(default)]
    attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Url {
    queue_name: String,
}

pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|_| Kind::SerializationException.because("The request cannot be read."))
}

impl Message {
    fn check(&self) -> Result<(), Problem> {
        let text = &self.message_body;
        if text.is_empty() || text.len() > MAX_MESSAGES {
            return Err(Kind::InvalidParameterValue.because("A message has 1 byte to 1 MiB."));
        }
        if !text.chars().all(is_allowed) {
            return Err(Kind::InvalidMessageContents.because("The message has characters that SQS does not take."));
        }
        if self.delay_seconds > MAX_DELAY {
            return Err(Kind::InvalidParameterValue.because("A message waits for 900 s at most."));
        }
        if !self.message_attributes.is_empty() {
            return Err(Kind::UnsupportedOperation.because("The gateway has no message attributes."));
        }
        Ok(())
    }
}

/// The longest delay of a message, in seconds.
const MAX_DELAY: u64 = 900;

/// SQS takes what XML 1.0 can hold.
fn is_allowed(character: char) -> bool {
    !matches!(character, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

fn put(queue: &FunctionQueue, message: Message) -> Result<Value, Problem> {
    message.check()?;
    let md5 = md5_hex(&message.message_body);
    let delay = Duration::from_secs(message.delay_seconds);
    let ids = queue.put_all_later(vec![message.message_body], delay)?;
    Ok(json!({ "MessageId": ids.first(), "MD5OfMessageBody": md5 }))
}

impl Sqs {
    /// The queue of a URL or name, or the one whose dead letters that are; what the host is called does not matter.
    fn named(&self, queue_url: &str) -> Result<(&FunctionQueue, bool), Problem> {
        let name = queue_url.rsplit('/').next().unwrap_or_default();
        let of_dead = name.strip_suffix(DEAD_LETTERS);
        let queue = self
            .queues
            .iter()
            .find(|queue| queue.name() == of_dead.unwrap_or(name))
            .ok_or_else(|| Kind::QueueDoesNotExist.because("The specified queue does not exist."))?;
        Ok((&**queue, of_dead.is_some()))
    }

    fn living(&self, queue_url: &str) -> Result<&FunctionQueue, Problem> {
        match self.named(queue_url)? {
            (queue, false) => Ok(queue),
            (_, true) => Err(Kind::UnsupportedOperation.because("Only the gateway puts messages here.")),
        }
    }

    fn with_dead_letters(&self, queue_url: &str) -> Result<&FunctionQueue, Problem> {
        match self.named(queue_url)? {
            (_, false) => Err(Kind::UnsupportedOperation.because(GATEWAY_RECEIVES)),
            (queue, true) => Ok(queue),
        }
    }

    pub(super) fn send(&self, request: Send) -> Result<Value, Problem> {
        put(self.living(&request.queue_url)?, request.message)
    }

    /// Each entry for itself, in their order: some may fail.
    pub(super) fn send_batch(&self, request: SendBatch) -> Result<Value, Problem> {
        let queue = self.living(&request.queue_url)?;
        check_batch(&request.entries)?;
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for entry in request.entries {
            match put(queue, entry.message) {
                Ok(mut put) => {
                    put["Id"] = Value::from(entry.id);
                    successful.push(put);
                }
                Err(problem) => failed.push(problem.entry(&entry.id)),
            }
        }
        Ok(json!({ "Successful": successful, "Failed": failed }))
    }

    pub(super) fn receive(&self, request: &Receive) -> Result<Value, Problem> {
        let queue = self.with_dead_letters(&request.queue_url)?;
        let most = request.max_number_of_messages.unwrap_or(1);
        let visibility = request.visibility_timeout;
        if !(1..=MOST).contains(&most) || visibility.is_some_and(|seconds| seconds > MAX_VISIBILITY) {
            return Err(Kind::InvalidParameterValue.because("1 to 10 messages can be hidden for 0 s to 12 h."));
        }
        let visibility = visibility.map_or(queue.rules().visibility, Duration::from_secs);
        let letters = queue.dead_letters().receive(most, visibility);
        let letters = letters.map_err(|_| Kind::InternalFailure.because("There is no randomness."))?;
        let wanted = [
            &request.attribute_names[..],
            &request.message_system_attribute_names[..],
        ]
        .concat();
        let letters: Vec<Value> = letters.into_iter().map(|letter| described(letter, &wanted)).collect();
        Ok(if letters.is_empty() {
            json!({})
        } else {
            json!({ "Messages": letters })
        })
    }

    /// What was deleted already stays deleted: that is no error.
    pub(super) fn delete(&self, request: &Delete) -> Result<Value, Problem> {
        let queue = self.with_dead_letters(&request.queue_url)?;
        if request.receipt_handle.is_empty() {
            return Err(Kind::ReceiptHandleIsInvalid.because("The receipt handle is empty."));
        }
        queue.dead_letters().delete(&request.receipt_handle);
        Ok(json!({}))
    }

    pub(super) fn attributes(&self, request: &Attributes) -> Result<Value, Problem> {
        let (queue, is_dead) = self.named(&request.queue_url)?;
        let (rules, dead) = (queue.rules(), format!("{}{DEAD_LETTERS}", queue.name()));
        let (name, (visible, hidden), delayed) = if is_dead {
            (&*dead, queue.dead_letters().count(), 0)
        } else {
            (queue.name(), queue.count(), queue.delayed())
        };
        let mut all = Map::new();
        let mut add = |name: &str, value: String| all.insert(name.to_owned(), Value::from(value));
        add("ApproximateNumberOfMessages", visible.to_string());
        // The two were counted one after the other.
        let received = hidden.saturating_sub(delayed);
        add("ApproximateNumberOfMessagesNotVisible", received.to_string());
        add("ApproximateNumberOfMessagesDelayed", delayed.to_string());
        add("QueueArn", arn(name));
        add("VisibilityTimeout", rules.visibility.as_secs().to_string());
        add("MaximumMessageSize", MAX_MESSAGES.to_string());
        if !is_dead {
            let redrive = json!({ "deadLetterTargetArn": arn(&dead), "maxReceiveCount": rules.receives });
            add("RedrivePolicy", redrive.to_string());
        }
        let wanted = &request.attribute_names;
        // The dead letters have no such policy, which is no mistake of the caller.
        let known = |name: &String| name == "All" || name == "RedrivePolicy" || all.contains_key(name);
        if !wanted.iter().all(known) {
            return Err(Kind::InvalidAttributeName.because("The gateway does not have this attribute."));
        }
        Ok(json!({ "Attributes": only(all, wanted) }))
    }

    pub(super) fn url(&self, request: &Url, headers: &HeaderMap) -> Result<Value, Problem> {
        self.named(&request.queue_name)?;
        // The signature covers this header.
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let url = format!("http://{}{}", host.unwrap_or_default(), path(&request.queue_name));
        Ok(json!({ "QueueUrl": url }))
    }
}

fn check_batch(entries: &[Entry]) -> Result<(), Problem> {
    let bytes: usize = entries.iter().map(|entry| entry.message.message_body.len()).sum();
    let is_id = |id: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=80).contains(&id.len()) && id.bytes().all(allowed)
    };
    let ids: HashSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    if entries.is_empty() {
        Err(Kind::EmptyBatchRequest.because("There is no entry in the request."))
    } else if entries.len() > MOST {
        Err(Kind::TooManyEntriesInBatchRequest.because("A batch has up to 10 entries."))
    } else if !ids.iter().all(|id| is_id(id)) {
        Err(Kind::InvalidBatchEntryId.because("An id has 1 to 80 letters, digits, hyphens and underscores."))
    } else if ids.len() < entries.len() {
        Err(Kind::BatchEntryIdsNotDistinct.because("Two entries have the same id."))
    } else if bytes > MAX_MESSAGES {
        Err(Kind::BatchRequestTooLong.because("The messages of a batch have up to 1 MiB altogether."))
    } else {
        Ok(())
    }
}

fn described(letter: Received, wanted: &[String]) -> Value {
    let mut message = json!({
        "MessageId": letter.id,
        "ReceiptHandle": letter.receipt,
        "MD5OfBody": md5_hex(&letter.body),
        "Body": letter.body,
    });
    if let (Value::Object(all), false) = (letter.attributes, wanted.is_empty()) {
        message["Attributes"] = Value::Object(only(all, wanted));
    }
    message
}

fn only(mut all: Map<String, Value>, wanted: &[String]) -> Map<String, Value> {
    if !wanted.iter().any(|name| name == "All") {
        all.retain(|name, _| wanted.contains(name));
    }
    all
}
