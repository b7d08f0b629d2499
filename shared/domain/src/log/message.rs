//! A message, and what becomes of it after it was sent: edits, deletion, replies.

use serde::{Deserialize, Serialize};

use crate::attachment::File;
use crate::text::{Custom, Label, MessageText, Subject};
use crate::{RoomNumber, Seq, Timestamp, UserId};

/// How much a message matters to its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// It can wait.
    Low,
    /// It matters.
    High,
    /// It cannot wait.
    Urgent,
}

/// Where a forwarded message comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// The room.
    pub room: RoomNumber,
    /// Its place there.
    pub seq: Seq,
    /// Who said it; none: the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<UserId>,
}

/// What a message says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its text; none: it is files alone, or nothing is left of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<MessageText>,
    /// The integrator's own data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<Custom>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The message whose thread it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Seq>,
    /// The message that it quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Seq>,
    /// The members that it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// The files that it has; at most [`crate::limits::ATTACHMENTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<File>,
    /// How much it matters; none: as much as any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// What kind of message it is, in the integrator's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Its state, in the integrator's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Label>,
    /// Where it comes from, if it is no one's own words here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<Forwarded>,
}

impl Message {
    /// A message that is a text and no more.
    #[must_use]
    pub fn text(text: MessageText) -> Self {
        Self {
            text: Some(text),
            ..Self::default()
        }
    }

    /// What is left when nothing of what it said is kept: its place in a thread.
    #[must_use]
    pub fn blank(&self) -> Self {
        Self {
            parent: self.parent,
            ..Self::default()
        }
    }
}

/// What a message may become; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageChange {
    /// A new text.
    pub text: Option<MessageText>,
    /// New custom data; `Some(None)` removes it.
    pub custom: Option<Option<Custom>>,
    /// A new subject; `Some(None)` removes it.
    pub subject: Option<Option<Subject>>,
    /// A new state; `Some(None)` removes it.
    pub status: Option<Option<Label>>,
    /// The members that it names from here on.
    pub mentions: Option<Vec<UserId>>,
}

impl Message {
    /// The message after the change.
    #[must_use]
    pub fn changed(&self, change: MessageChange) -> Self {
        Self {
            text: change.text.or_else(|| self.text.clone()),
            custom: change.custom.unwrap_or_else(|| self.custom.clone()),
            subject: change.subject.unwrap_or_else(|| self.subject.clone()),
            status: change.status.unwrap_or_else(|| self.status.clone()),
            mentions: change.mentions.unwrap_or_else(|| self.mentions.clone()),
            ..self.clone()
        }
    }
}

/// The edits of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edits {
    /// When it was last edited.
    pub at: Timestamp,
    /// The entries that did it, oldest first; at most [`crate::limits::MESSAGE_EDITS`].
    pub entries: Vec<Seq>,
}

/// The deletion of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// When.
    pub at: Timestamp,
    /// By whom; none: the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// Whether nothing of what it said is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hard: bool,
}

/// The replies in a message's thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replies {
    /// How many; a deleted reply still counts, because it keeps its place.
    pub count: u64,
    /// The last one.
    pub last: Seq,
}
