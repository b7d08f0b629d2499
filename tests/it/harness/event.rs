//! What a frame of the server says: an answer or an event. A refusal must be a complete one of the catalogue.

use std::collections::{HashSet, VecDeque};

use parlour_protocol::Code;
use serde_json::Value;

/// The `data` of an error frame.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refused {
    pub(crate) data: Value,
}

impl Refused {
    /// Its code.
    pub(crate) fn code(&self) -> &str {
        self.data["code"].as_str().unwrap_or_default()
    }
}

/// What an answering frame says; `None` if it is no answer.
pub(crate) fn answer(frame: &Value) -> Option<Result<Value, Refused>> {
    match frame["event"].as_str().unwrap_or_else(|| panic!("an event: {frame}")) {
        "ack" | "pong" => Some(Ok(frame["data"].clone())),
        "error" => Some(Err(refused(&frame["data"]))),
        _ => None,
    }
}

fn refused(data: &Value) -> Refused {
    let code = Code::ALL.iter().find(|code| data["code"] == code.as_str());
    let code = code.unwrap_or_else(|| panic!("a code of the catalogue: {data}"));
    assert_ne!(code.status(), 500, "{data}");
    assert_eq!(data["retryable"], code.retryable(), "{data}");
    assert!(data["message"].is_string(), "{data}");
    Refused { data: data.clone() }
}

/// Who comes and goes: told when nobody waits for it any more, so between any two other events.
const LIVE: [&str; 6] = [
    "user_connected",
    "user_disconnected",
    "presence",
    "added_to_room",
    "removed_from_room",
    "invited_to_room",
];

/// Takes a frame apart: a `batch` is several. Who comes and goes is kept apart from what else is heard.
pub(crate) fn accept(frame: Value, told: &mut Told, waiting: &mut VecDeque<Value>, live: &mut VecDeque<Value>) {
    match frame["event"].as_str() {
        Some("batch") => {
            for event in frame["data"].as_array().unwrap() {
                accept(event.clone(), told, waiting, live);
            }
        }
        _ if told.again(&frame) => {}
        Some(event) if LIVE.contains(&event) => live.push_back(frame),
        _ => waiting.push_back(frame),
    }
}

/// The entries that one connection was told of, where the pushes of the server under test may be answered late: such a push is made
/// again, and a client that has seen the entry passes it over. A gateway of the test's own is late to nobody, and is let off nothing.
#[derive(Debug, Default)]
pub(crate) struct Told(Option<HashSet<String>>);

impl Told {
    /// With what was told so far passed over, if `late` pushes come twice.
    pub(crate) fn new(late: bool) -> Self {
        Self(late.then(HashSet::new))
    }

    /// Whether this event is of an entry that was told in the same words before.
    pub(crate) fn again(&mut self, event: &Value) -> bool {
        let entry = &event["data"];
        match &mut self.0 {
            Some(told) if entry["id"].is_string() && entry["room_id"].is_string() && entry["seq"].is_u64() => {
                !told.insert(event.to_string())
            }
            _ => false,
        }
    }
}
