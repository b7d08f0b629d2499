//! A user's place in a room.

use std::collections::BTreeSet;

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

/// What a member wants to be notified of in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Notification {
    /// Of every message.
    #[default]
    All,
    /// Of messages that name them.
    Mentions,
    /// Of nothing.
    None,
}

/// How far a message has come with a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Receipt {
    /// It stands in the log.
    Sent,
    /// A client of theirs has it.
    Delivered,
    /// They have read it.
    Read,
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
    /// From where messages are unread. It goes back when messages are marked unread.
    pub read: ReadPosition,
    /// Whether they may not write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mute: Option<Mute>,
    /// The ban, of one who is banned or is leaving because of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ban: Option<Ban>,
    /// In a direct room: who of the two has blocked the other. Both rows say it, so that no write costs a read for it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub blocked_by: BTreeSet<UserId>,
    /// The furthest entry ever read, if the position went back since: what was read stays read for others.
    #[serde(default, skip_serializing_if = "is_none")]
    pub seen: Seq,
    /// The furthest entry that a client of theirs said it has.
    #[serde(default, skip_serializing_if = "is_none")]
    pub delivered: Seq,
    /// What they want to be notified of.
    #[serde(default, skip_serializing_if = "is_default")]
    pub notification: Notification,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_none(seq: &Seq) -> bool {
    *seq == Seq::ZERO
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_default(notification: &Notification) -> bool {
    *notification == Notification::default()
}

impl Member {
    /// A new member, who has read everything up to the entry that says so.
    #[must_use]
    pub fn joined(user: UserId, role: Role, at: Timestamp, read: ReadPosition) -> Self {
        Self {
            user,
            role,
            standing: Standing::Active,
            joined_at: at,
            joined_seq: read.seq,
            read,
            seen: Seq::ZERO,
            delivered: Seq::ZERO,
            notification: Notification::default(),
            blocked_by: BTreeSet::new(),
            mute: None,
            ban: None,
        }
    }

    /// Whether the membership holds.
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

    /// Up to where they ever read: what others are told.
    #[must_use]
    pub fn read_up_to(&self) -> Seq {
        self.read.seq.max(self.seen)
    }

    /// Up to where clients of theirs have the log. What is read is delivered.
    #[must_use]
    pub fn delivered_up_to(&self) -> Seq {
        self.delivered.max(self.read_up_to())
    }

    /// How far the entry at this place has come with them; `None`: they were no member then.
    #[must_use]
    pub fn receipt(&self, of: Seq) -> Option<Receipt> {
        if self.joined_seq > of {
            None
        } else if self.read_up_to() >= of {
            Some(Receipt::Read)
        } else if self.delivered_up_to() >= of {
            Some(Receipt::Delivered)
        } else {
            Some(Receipt::Sent)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn seq(number: u64) -> Seq {
        Seq::new(number).unwrap()
    }

    #[test]
    fn what_was_read_stays_read_for_others_and_is_delivered() {
        let user = UserId::parse("018f4a5c-0000-7000-8000-0123456789ab").unwrap();
        let read = ReadPosition { seq: seq(3), msg_no: 2 };
        let joined = Member::joined(user, Role::Member, Timestamp::default(), read);
        let member = Member {
            delivered: seq(7),
            ..joined.clone()
        };
        assert_eq!(member.receipt(seq(2)), None, "no member then");
        assert_eq!(member.receipt(seq(3)), Some(Receipt::Read));
        assert_eq!(member.receipt(seq(7)), Some(Receipt::Delivered));
        assert_eq!(member.receipt(seq(8)), Some(Receipt::Sent));
        let back = Member { seen: seq(9), ..member };
        assert_eq!(back.receipt(seq(8)), Some(Receipt::Read), "although it is unread again");
        assert_eq!((back.read_up_to(), back.delivered_up_to()), (seq(9), seq(9)));
        let stored = serde_json::to_value(&joined).unwrap();
        assert!(
            stored.get("seen").is_none() && stored.get("delivered").is_none() && stored.get("notification").is_none()
        );
        assert_eq!(serde_json::from_value::<Member>(stored).unwrap(), joined);
    }
}
