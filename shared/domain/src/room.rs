//! A room: a log of entries and the people who may read and write it.

use serde::{Deserialize, Serialize};

use crate::text::{Custom, DisplayName};
use crate::{RoomKey, RoomNumber, Seq, Timestamp, UserId};

/// How a room came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Of exactly two users; there is one for each pair.
    Direct,
    /// Of any number of users.
    Group,
}

/// How far back a member who joined later may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// From the room's beginning.
    #[default]
    All,
    /// From the entry that says so that they joined.
    SinceJoin,
}

/// Who may send messages into a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Senders {
    /// Everyone whose role allows it.
    #[default]
    All,
    /// Moderators and owners.
    Moderators,
}

/// What is narrower in this room than elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct RoomSettings {
    /// Seconds between two messages of one member; moderators and owners are exempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slow_mode_seconds: Option<u32>,
    /// Messages of the whole room within any minute; moderators, owners and the backend are exempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_minute: Option<u32>,
    /// Messages of one member within any minute; moderators and owners are exempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_per_minute: Option<u32>,
    /// Longest message text, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_bytes: Option<u32>,
    /// Who may send.
    #[serde(default, skip_serializing_if = "everyone")]
    pub send: Senders,
    /// Days after which messages and other entries are taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
}

impl RoomSettings {
    /// Whether a message may be refused that would be taken elsewhere.
    #[must_use]
    pub const fn narrow_messages(&self) -> bool {
        matches!(self.send, Senders::Moderators)
            || self.slow_mode_seconds.is_some()
            || self.per_minute.is_some()
            || self.member_per_minute.is_some()
            || self.message_bytes.is_some()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn everyone(senders: &Senders) -> bool {
    *senders == Senders::All
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn none(number: &u64) -> bool {
    *number == 0
}

fn usual(settings: &RoomSettings) -> bool {
    *settings == RoomSettings::default()
}

/// A room of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Its number in the app; the id on the wire is computed from it.
    pub number: RoomNumber,
    /// How it came about.
    pub kind: RoomKind,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<DisplayName>,
    /// Whether any user of the app may join by themselves.
    pub public: bool,
    /// How far back later members may read.
    pub history: History,
    /// The integrator's own data; members see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<Custom>,
    /// Members at the moment.
    pub member_count: u64,
    /// The user who made it; `None`: the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When anything of it that a request sets last changed; changes by at least 1 ms each time, so it is the row's version.
    pub updated_at: Timestamp,
    /// What the backend calls it; no other room of the app has the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<RoomKey>,
    /// The two users of a direct room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pair: Option<[UserId; 2]>,
    /// The first entry that still counts; readers treat those before it as absent.
    pub floor: Seq,
    /// Messages before that entry.
    #[serde(default, skip_serializing_if = "none")]
    pub floor_msgs: u64,
    /// What is narrower here.
    #[serde(default, skip_serializing_if = "usual")]
    pub settings: RoomSettings,
    /// Nobody writes into an archived room; what it has stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// A deleted room keeps its row and its last entry for ever, so that nothing can restart its log.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// What of a room may change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoomChange {
    /// A new name; `Some(None)` removes it.
    pub name: Option<Option<DisplayName>>,
    /// New custom data; `Some(None)` removes it.
    pub custom: Option<Option<Custom>>,
    /// Whether any user of the app may join by themselves.
    pub public: Option<bool>,
    /// Seconds between two messages of one member; `Some(None)`: none.
    pub slow_mode_seconds: Option<Option<u32>>,
    /// Messages of the whole room within any minute; `Some(None)`: any number.
    pub per_minute: Option<Option<u32>>,
    /// Messages of one member within any minute; `Some(None)`: any number.
    pub member_per_minute: Option<Option<u32>>,
    /// Longest message text, in bytes; `Some(None)`: as elsewhere.
    pub message_bytes: Option<Option<u32>>,
    /// Who may send.
    pub send: Option<Senders>,
    /// Days after which entries are taken away; `Some(None)`: never.
    pub retention_days: Option<Option<u32>>,
    /// Whether it is archived.
    pub archived: Option<bool>,
}

impl Room {
    /// A group without a name and without members, as a backend makes it.
    #[must_use]
    pub fn new(number: RoomNumber, kind: RoomKind, now: Timestamp) -> Self {
        Self {
            number,
            kind,
            name: None,
            public: false,
            history: History::All,
            custom: None,
            member_count: 0,
            created_by: None,
            created_at: now,
            updated_at: now,
            key: None,
            pair: None,
            floor: Seq::FIRST,
            floor_msgs: 0,
            settings: RoomSettings::default(),
            archived: false,
            deleted: false,
        }
    }

    /// Whether it stands in the list of public rooms.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.public && self.kind == RoomKind::Group && !self.archived && !self.deleted
    }

    /// The room after the change.
    #[must_use]
    pub fn changed(&self, change: RoomChange, now: Timestamp) -> Self {
        Self {
            name: change.name.unwrap_or_else(|| self.name.clone()),
            custom: change.custom.unwrap_or_else(|| self.custom.clone()),
            public: change.public.unwrap_or(self.public),
            settings: RoomSettings {
                slow_mode_seconds: change.slow_mode_seconds.unwrap_or(self.settings.slow_mode_seconds),
                per_minute: change.per_minute.unwrap_or(self.settings.per_minute),
                member_per_minute: change.member_per_minute.unwrap_or(self.settings.member_per_minute),
                message_bytes: change.message_bytes.unwrap_or(self.settings.message_bytes),
                send: change.send.unwrap_or(self.settings.send),
                retention_days: change.retention_days.unwrap_or(self.settings.retention_days),
            },
            archived: change.archived.unwrap_or(self.archived),
            updated_at: now.max(self.updated_at.plus_millis(1)),
            ..self.clone()
        }
    }
}
