//! What a frame of the server says: an answer or an event. A refusal must be a complete one of the catalogue.

use std::collections::VecDeque;

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
pub(crate) fn accept(frame: Value, waiting: &mut VecDeque<Value>, live: &mut VecDeque<Value>) {
    match frame["event"].as_str() {
        Some("batch") => {
            for event in frame["data"].as_array().unwrap() {
                accept(event.clone(), waiting, live);
            }
        }
        Some(event) if LIVE.contains(&event) => live.push_back(frame),
        _ => waiting.push_back(frame),
    }
}
