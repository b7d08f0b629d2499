//! A user's place in a room.

use serde::{Deserialize, Serialize};

use crate::room::{History, Room};
use crate::{Seq, Timestamp, UserId};

/// What a member may do; the table of rights is in [`crate::access`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May change the room and its members.
    Owner,
    /// May look after members and messages.
    Moderator,
    /// May read and write.
    Member,
    /// May read.
    ReadOnly,
}

impl Role {
    /// Every role, the highest first.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Moderator, Self::Member, Self::ReadOnly];

    /// Its text in the store and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Moderator => "moderator",
            Self::Member => "member",
            Self::ReadOnly => "read_only",
        }
    }

    /// Whether it may look after the members and messages of others.
    #[must_use]
    pub const fn moderates(self) -> bool {
        matches!(self, Self::Owner | Self::Moderator)
    }
}

/// A member who may not write, although the role would allow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    /// When it ends; none: when it is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Mute {
    /// Whether it still holds.
    #[must_use]
    pub fn holds(self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// A user who may not become a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    /// Since when.
    pub at: Timestamp,
    /// By whom; none: the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// When it ends; none: when it is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Ban {
    /// Whether it still holds.
    #[must_use]
    pub fn holds(self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// A membership is `active`, or `leaving` between the moment its rights end and the entry that says so. The row of a user who
/// is `banned` stands in the place of a membership, so that there can be none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Has all rights of the role.
    Active,
    /// Has no rights any more; the entry `member_left` is still to be written.
    Leaving,
    /// Is no member, and may not become one while the ban holds.
    Banned,
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
    /// Whether they may not write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mute: Option<Mute>,
    /// The ban, of one who is banned or is leaving because of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ban: Option<Ban>,
}

impl Member {
    /// A new member, by the entry that says so: whoever joins has read everything up to it.
    #[must_use]
    pub const fn new(user: UserId, role: Role, joined_at: Timestamp, joined: ReadPosition) -> Self {
        Self {
            user,
            role,
            standing: Standing::Active,
            joined_at,
            joined_seq: joined.seq,
            read: joined,
            mute: None,
            ban: None,
        }
    }

    /// Whether the user has the rights of a member.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.standing == Standing::Active
    }

    /// Whether the user may not become a member now.
    #[must_use]
    pub fn is_banned(&self, now: Timestamp) -> bool {
        self.standing == Standing::Banned && self.ban.is_none_or(|ban| ban.holds(now))
    }

    /// Whether the member may not write now.
    #[must_use]
    pub fn is_muted(&self, now: Timestamp) -> bool {
        self.mute.is_some_and(|mute| mute.holds(now))
    }

    /// Up to where the member has read, as far as it still counts: what is below the room's floor is not unread.
    #[must_use]
    pub fn read_in(&self, room: &Room) -> ReadPosition {
        if self.read.seq.next() < room.floor {
            ReadPosition {
                seq: room.floor.previous(),
                msg_no: room.floor_msgs,
            }
        } else {
            self.read
        }
    }

    /// The first entry that this member may see.
    #[must_use]
    pub fn visible_from(&self, room: &Room) -> Seq {
        match room.history {
            History::All => room.floor,
            History::SinceJoin => room.floor.max(self.joined_seq),
        }
    }
}
