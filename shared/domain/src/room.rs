//! A room: a log of entries and the people who may read and write it.

use serde::{Deserialize, Serialize};

use crate::text::{Custom, DisplayName};
use crate::{RoomNumber, Seq, Timestamp, UserId};

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
    /// When its name or custom data last changed; changes by at least 1 ms each time, so it is the row's version.
    pub updated_at: Timestamp,
    /// The two users of a direct room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pair: Option<[UserId; 2]>,
    /// The first entry that still counts; readers treat those before it as absent.
    pub floor: Seq,
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
}

impl Room {
    /// The room after the change.
    #[must_use]
    pub fn changed(&self, change: RoomChange, now: Timestamp) -> Self {
        Self {
            name: change.name.unwrap_or_else(|| self.name.clone()),
            custom: change.custom.unwrap_or_else(|| self.custom.clone()),
            updated_at: now.max(self.updated_at.plus_millis(1)),
            ..self.clone()
        }
    }
}
