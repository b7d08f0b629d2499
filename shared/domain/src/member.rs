//! A user's place in a room.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::room::{History, Room};
use crate::{Seq, Timestamp, UserId};

/// What a member may do beyond reading and writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May change the room and its members.
    Owner,
    /// May read and write.
    Member,
}

/// A membership is `active`, or `leaving` between the moment its rights end and the entry that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Has all rights of the role.
    Active,
    /// Has no rights any more; the entry `member_left` is still to be written.
    Leaving,
}

/// Up to where a member has read. `msg_no` comes from the entry at `seq`, so unread is a subtraction and cannot drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ReadPosition {
    /// The last entry read.
    pub seq: Seq,
    /// Messages up to and with that entry.
    pub msg_no: u64,
}

/// A member of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: Role,
    /// Whether the membership still holds.
    pub standing: Standing,
    /// Since when.
    pub joined_at: Timestamp,
    /// The entry that says so.
    pub joined_seq: Seq,
    /// Up to where read.
    pub read: ReadPosition,
    /// In a direct room: who of the two has blocked the other. Both rows say it, so that no write costs a read for it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub blocked_by: BTreeSet<UserId>,
}

impl Member {
    /// The first entry that this member may see.
    #[must_use]
    pub fn visible_from(&self, room: &Room) -> Seq {
        match room.history {
            History::All => room.floor,
            History::SinceJoin => room.floor.max(self.joined_seq),
        }
    }
}
