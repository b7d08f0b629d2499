//! `HexArchy/go-chat`, its chat service: one room for each connection, which the URL names.
//!
//! Its document and the service itself disagree about the envelope of events: `data` in the one, `payload` with the room, the user
//! and the time beside it in the other. Both fit into one object, so both are sent.

pub mod rest;

use serde::{Deserialize, Serialize};

use super::{Event, People, Recipient, said};
use crate::view::EntryView;

/// Messages of a page of history, if nothing is said.
const PAGE: u64 = 50;
/// The most.
const LONGEST_PAGE: u64 = 100;

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To send this.
    Message(String),
    /// For messages, oldest first.
    History {
        /// So many are left out.
        offset: u64,
        /// So many at most.
        limit: u64,
    },
}

#[derive(Deserialize)]
struct Incoming {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    content: String,
    #[serde(default)]
    limit: i64,
    #[serde(default)]
    offset: i64,
}

/// Reads a frame. `None`: it asks for nothing that there is, which the service answers with silence.
#[must_use]
pub fn decode(frame: &str) -> Option<Asked> {
    // A list of the fields is no object.
    if !frame.trim_start().starts_with('{') {
        return None;
    }
    let frame: Incoming = serde_json::from_str(frame).ok()?;
    match frame.kind.as_str() {
        "message" => Some(Asked::Message(frame.content)),
        "get_history" => Some(Asked::History {
            offset: u64::try_from(frame.offset).unwrap_or_default(),
            limit: match u64::try_from(frame.limit) {
                Ok(limit) if limit > 0 => limit.min(LONGEST_PAGE),
                _ => PAGE,
            },
        }),
        _ => None,
    }
}

/// An event, in the order in which the service writes its fields; `data` is what its document shows.
#[derive(Serialize)]
struct Outgoing<'a, P, D> {
    #[serde(rename = "type")]
    kind: &'a str,
    room_id: &'a str,
    user_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<P>,
    timestamp: &'a str,
    data: D,
}

impl<P: Serialize, D: Serialize> Outgoing<'_, P, D> {
    fn written(&self) -> String {
        // Texts and lists of them: there is nothing that could not be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Message<'a> {
    id: &'a str,
    room_id: &'a str,
    user_id: String,
    content: String,
    timestamp: &'a str,
}

impl<'a> Message<'a> {
    fn new(entry: &'a EntryView, people: &People) -> Self {
        let sender = entry.user_id.as_deref().map(|id| people.id(id));
        Self {
            id: &entry.id,
            room_id: &entry.room_id,
            user_id: sender.unwrap_or_default(),
            content: said(entry).unwrap_or_default(),
            timestamp: &entry.created_at,
        }
    }

    fn size(&self) -> usize {
        serde_json::to_string(self).map_or(0, |text| text.len())
    }
}

#[derive(Serialize)]
struct History<'a> {
    messages: &'a [Message<'a>],
    total: usize,
}

#[derive(Serialize)]
struct ComesOrGoes<'a> {
    user_id: &'a str,
    timestamp: &'a str,
}

#[derive(Serialize)]
struct Failure<'a> {
    error: &'a str,
}

/// A message, as everyone in the room hears of it, its sender included.
#[must_use]
pub fn new_message(entry: &EntryView, people: &People) -> String {
    let message = Message::new(entry, people);
    Outgoing {
        kind: "new_message",
        room_id: &entry.room_id,
        user_id: &message.user_id,
        payload: Some(&message),
        timestamp: &entry.created_at,
        data: &message,
    }
    .written()
}

/// A page of history for whoever asked: as many of these messages, oldest first, as fit into `most` bytes.
#[must_use]
pub fn message_history(
    room: &str,
    (user, now): (&str, &str),
    entries: &[EntryView],
    people: &People,
    most: usize,
) -> String {
    let mut size = 0;
    let mut messages = Vec::new();
    for entry in entries.iter().filter(|entry| entry.deleted_at.is_none()) {
        let message = Message::new(entry, people);
        // Each stands in both envelopes.
        size += 2 * (message.size() + 1);
        if size > most && !messages.is_empty() {
            break;
        }
        messages.push(message);
    }
    Outgoing {
        kind: "message_history",
        room_id: room,
        user_id: user,
        payload: Some(History {
            messages: &messages,
            total: messages.len(),
        }),
        timestamp: now,
        data: &messages,
    }
    .written()
}

/// What went wrong, for whoever asked.
#[must_use]
pub fn error(room: &str, (user, now): (&str, &str), text: &str) -> String {
    let failure = Failure { error: text };
    Outgoing {
        kind: "error",
        room_id: room,
        user_id: user,
        payload: Some(&failure),
        timestamp: now,
        data: &failure,
    }
    .written()
}

/// The event of the same meaning; `None`: the protocol has none.
#[must_use]
pub fn encode(event: &Event, to: Recipient<'_>) -> Option<String> {
    match event.name.as_str() {
        "new_message" => Some(new_message(&event.entry()?, to.people)),
        "user_connected" | "user_disconnected" => {
            let (user, now) = (to.people.id(event.text("user_id")), to.now.to_string());
            let written = Outgoing {
                kind: &event.name,
                room_id: event.text("room_id"),
                user_id: &user,
                payload: None::<Failure<'_>>,
                timestamp: &now,
                data: ComesOrGoes {
                    user_id: &user,
                    timestamp: &now,
                },
            };
            Some(written.written())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
