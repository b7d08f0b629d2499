//! The rules of the room log: what an entry carries forward, what follows a head, and how an attempt recognises its own entry.
//!
//! The algorithm that uses them (compare-and-append) is in the store; every interleaving of it was model-checked.

mod bar;
mod body;
mod erasure;
mod message;
mod past;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::rate::Allowance;
use crate::text::Reaction;
use crate::{ClientId, Moment, RoomNumber, Seq, TaskId, Timestamp, UserId};

pub use bar::{barred, ends_membership, may_bar};
pub use body::Body;
pub use erasure::Erasing;
pub use message::{Deletion, Edits, Forwarded, Message, MessageChange, Priority, Replies};
pub use past::{Past, place_past};

/// How far ahead of the writer's clock an entry's time may be, because the entry before it was.
pub const AHEAD_MILLIS: i64 = 5 * 60 * 1000;

/// Drawn once per invocation: by it an attempt knows an entry as its own although the answer of the put was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WriteId(String);

impl WriteId {
    /// A new one, of 96 random bits.
    #[must_use]
    pub fn generate(moment: &mut Moment) -> Self {
        Self(hex(&moment.entropy.bytes::<12>()))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of what a task writes into a room at a point of its progress: every attempt draws the same.
    #[must_use]
    pub fn of_task(task: TaskId, room: RoomNumber, notes: u64) -> Self {
        Self(format!("{task}.{}.{notes}", room.get()))
    }

    /// The id of what comes with this write, in an entry of its own: whoever completes the write draws the same.
    #[must_use]
    pub fn companion(&self) -> Self {
        Self(format!("{}+", self.0))
    }
}

/// A hash of what a write says, by which a second write under the same client id is known as the same or another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BodyHash(String);

impl BodyHash {
    /// Of the body's serialised form (96 bits).
    #[must_use]
    pub fn of<T: Serialize>(body: &T) -> Self {
        let text = serde_json::to_vec(body).unwrap_or_default();
        Self(hex(&Sha256::digest(text)[..12]))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// An entry to be written, before it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// By whom; `None`: the backend.
    pub sender: Option<UserId>,
    /// The client's id of this write.
    pub client_id: Option<ClientId>,
    /// This invocation's id of this write.
    pub write_id: WriteId,
    /// What it says.
    pub body: Body,
    /// The hash of `body`.
    pub hash: BodyHash,
    /// Whether it may not follow another message of its sender that was not known when it was allowed (slow mode).
    pub spaced: bool,
    /// What may have come first where the room limits messages.
    pub allowance: Allowance,
}

impl Draft {
    /// A write of `body` by `sender`.
    #[must_use]
    pub fn new(moment: &mut Moment, sender: Option<UserId>, client_id: Option<ClientId>, body: Body) -> Self {
        Self {
            sender,
            client_id,
            write_id: WriteId::generate(moment),
            hash: BodyHash::of(&body),
            body,
            spaced: false,
            allowance: Allowance::default(),
        }
    }
}

/// An entry of a room's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place.
    pub seq: Seq,
    /// Messages up to and with this entry.
    pub msg_no: u64,
    /// The last message up to and with this entry; 0 if there is none.
    pub last_msg_seq: Seq,
    /// When; never decreases along the log.
    pub at: Timestamp,
    /// By whom; `None`: the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<UserId>,
    /// The client's id of this write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
    /// The write's id.
    pub write_id: WriteId,
    /// The hash of the body as it was written.
    pub hash: BodyHash,
    /// What it says.
    pub body: Body,
    /// How often the entry was changed in place; the entries that did it stand in the log too.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rev: u64,
    /// The edits of a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edits: Option<Edits>,
    /// The deletion of a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion: Option<Deletion>,
    /// The replies in a message's thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replies: Option<Replies>,
    /// How many members reacted to a message, and with what. A reaction that all have taken back stays with 0
    /// until another one needs its place.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reactions: BTreeMap<Reaction, u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What the next entry needs to know of the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its place.
    pub seq: Seq,
    /// Messages up to here.
    pub msg_no: u64,
    /// The last message up to here.
    pub last_msg_seq: Seq,
    /// Its time.
    pub at: Timestamp,
    /// Nothing follows a `room_deleted`.
    pub closed: bool,
}

impl Entry {
    /// The message that the entry is, deleted or not.
    #[must_use]
    pub const fn message(&self) -> Option<&Message> {
        match &self.body {
            Body::Message(message) => Some(message),
            _ => None,
        }
    }

    /// The message after a change that `change` says; as it is after any other entry.
    #[must_use]
    pub fn after(&self, change: &Self) -> Self {
        let mut after = self.clone();
        match &change.body {
            Body::MessageEdited { now, .. } => {
                after.body = Body::Message(now.as_ref().clone());
                let edits = after.edits.get_or_insert_with(Edits::default);
                edits.at = change.at;
                edits.entries.push(change.seq);
                after.rev += 1;
            }
            Body::MessageDeleted { hard, .. } => {
                if let (true, Body::Message(said)) = (*hard, &self.body) {
                    after.body = Body::Message(said.blank());
                }
                after.deletion = Some(Deletion {
                    at: change.at,
                    by: change.sender,
                    hard: *hard,
                });
                after.rev += 1;
            }
            Body::ReactionAdded { reaction, .. } => *after.reactions.entry(reaction.clone()).or_default() += 1,
            Body::ReactionRemoved { reaction, .. } => {
                if let Some(count) = after.reactions.get_mut(reaction) {
                    *count = count.saturating_sub(1);
                }
            }
            Body::Message(_)
            | Body::MessagePinned { .. }
            | Body::MessageUnpinned { .. }
            | Body::RoomCreated { .. }
            | Body::MemberJoined { .. }
            | Body::MembersAdded { .. }
            | Body::MemberLeft { .. }
            | Body::RoleChanged { .. }
            | Body::MemberMuted { .. }
            | Body::MemberUnmuted { .. }
            | Body::RoomUpdated { .. }
            | Body::RoomArchived
            | Body::RoomUnarchived
            | Body::RoomTruncated { .. }
            | Body::MessagesErased { .. }
            | Body::RoomDeleted => {}
        }
        after
    }

    /// As the head of the log.
    #[must_use]
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            msg_no: self.msg_no,
            last_msg_seq: self.last_msg_seq,
            at: self.at,
            closed: matches!(self.body, Body::RoomDeleted),
        }
    }
}

/// The first entry of a log.
#[must_use]
pub fn first(draft: &Draft, now: Timestamp) -> Entry {
    place(
        Head {
            seq: Seq::ZERO,
            msg_no: 0,
            last_msg_seq: Seq::ZERO,
            at: now,
            closed: false,
        },
        draft,
        now,
    )
}

/// The entry that `draft` becomes right after `head`.
#[must_use]
pub fn place(head: Head, draft: &Draft, now: Timestamp) -> Entry {
    let seq = head.seq.next();
    let message = draft.body.is_message();
    Entry {
        seq,
        msg_no: head.msg_no + u64::from(message),
        last_msg_seq: if message { seq } else { head.last_msg_seq },
        at: now.max(head.at.min(now.plus_millis(AHEAD_MILLIS))),
        sender: draft.sender,
        client_id: draft.client_id.clone(),
        write_id: draft.write_id.clone(),
        hash: draft.hash.clone(),
        body: draft.body.clone(),
        rev: 0,
        edits: None,
        deletion: None,
        replies: None,
        reactions: BTreeMap::new(),
    }
}

/// Whose an entry is, seen from an attempt to write `draft`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// This invocation wrote it: the put was applied and its answer lost.
    This,
    /// An earlier invocation wrote it under the same client id.
    Earlier,
    /// The same client id with another body.
    Reused,
    /// Someone else's.
    Foreign,
}

/// Looks at an entry that stands where ours was to stand, or between our base and the end.
#[must_use]
pub fn whose(entry: &Entry, draft: &Draft) -> Whose {
    if entry.write_id == draft.write_id {
        return Whose::This;
    }
    let same_write = draft.client_id.is_some() && entry.client_id == draft.client_id && entry.sender == draft.sender;
    match (same_write, entry.hash == draft.hash) {
        (false, _) => Whose::Foreign,
        (true, true) => Whose::Earlier,
        (true, false) => Whose::Reused,
    }
}

#[cfg(test)]
mod tests;
