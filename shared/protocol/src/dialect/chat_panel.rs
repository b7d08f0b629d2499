//! `zawhtetnaing006/chat-panel`: events of Socket.IO.
//!
//! What a client emits comes with a text that is JSON; an object is taken as well, which the service could not read. It
//! acknowledges nothing: who sends a message hears it as everyone in the room does.

pub mod rest;

use serde::Serialize;
use serde_json::Value;

use super::socket_io::{Emitted, Said};
use super::{Event, People, Recipient, said};
use crate::view::EntryView;

/// What a client is told whose `join_room` came to nothing, in the service's own spelling.
const NOT_JOINED: &str = "An error occured while joining the room";
/// What a client is told whose `send_message` came to nothing.
const NOT_SENT: &str = "An error occurred while processing your message";

/// What a client asks for. Rooms are as it names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To hear of a room, as a member.
    Join {
        /// Which.
        room: String,
    },
    /// To send a message.
    Send {
        /// Where to.
        room: String,
        /// What it says.
        text: String,
    },
}

/// Of the two things that there are to be asked for, the one that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// [`Asked::Join`].
    Join,
    /// [`Asked::Send`].
    Send,
}

impl Wish {
    /// That nothing came of it: whatever the reason is, these are all the words that the service has.
    #[must_use]
    pub fn failed(self) -> Said {
        Said::new(
            "error",
            &match self {
                Self::Join => NOT_JOINED,
                Self::Send => NOT_SENT,
            },
        )
    }
}

/// Reads what a client emits. `None`: there is no such event, which the service answers with silence.
///
/// # Errors
/// What it wished for, where that cannot be read.
#[must_use]
pub fn decode(emitted: &Emitted) -> Option<Result<Asked, Wish>> {
    let wish = match emitted.name.as_str() {
        "join_room" => Wish::Join,
        "send_message" => Wish::Send,
        _ => return None,
    };
    Some(asked(wish, emitted.first()).ok_or(wish))
}

fn asked(wish: Wish, payload: Option<&Value>) -> Option<Asked> {
    let written: Value;
    let payload = match payload? {
        Value::String(text) => {
            written = serde_json::from_str(text).ok()?;
            &written
        }
        object => object,
    };
    let text = |name: &str| payload.get(name)?.as_str();
    let room = text("room_id").filter(|room| !room.is_empty())?.to_owned();
    Some(match wish {
        Wish::Join => Asked::Join { room },
        Wish::Send => Asked::Send {
            room,
            text: text("text_message")?.to_owned(),
        },
    })
}

/// A message, in the order in which the service writes its fields.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    id: String,
    room_id: String,
    user_id: String,
    created_at: String,
    /// What is deleted is left out here.
    deleted_at: Option<&'static str>,
    text_message: Text,
}

/// What a message says.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Text {
    content: String,
}

impl Text {
    fn of(entry: &EntryView) -> Self {
        Self {
            content: said(entry).unwrap_or_default(),
        }
    }
}

impl Message {
    /// A message; that of a backend has no sender.
    #[must_use]
    pub fn new(entry: &EntryView, people: &People) -> Self {
        let sender = entry.user_id.as_deref().map(|id| people.id(id));
        Self {
            id: entry.id.clone(),
            room_id: entry.room_id.clone(),
            user_id: sender.unwrap_or_default(),
            created_at: entry.created_at.clone(),
            deleted_at: None,
            text_message: Text::of(entry),
        }
    }
}

/// A message, as everyone in the room hears of it, its sender included.
#[must_use]
pub fn new_message(entry: &EntryView, people: &People) -> Said {
    Said::new("new_message", &Message::new(entry, people))
}

/// An event in the words of the service; none where it has none for it.
#[must_use]
pub fn encode(event: &Event, to: Recipient<'_>) -> Vec<Said> {
    let message = (event.name == "new_message").then(|| event.entry()).flatten();
    let told = message.map(|message| new_message(&message, to.people));
    told.into_iter().collect()
}

#[cfg(test)]
mod tests;
