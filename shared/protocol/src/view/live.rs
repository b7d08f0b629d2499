//! Who is there, who comes and goes.

use parlour_domain::presence::Presence;
use parlour_domain::room::{Room, RoomKind};
use parlour_domain::user::User;
use parlour_domain::{AppId, RoomId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::user::UserBrief;
use crate::request::Kind;

/// Whether a user is there.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PresenceView {
    /// Who.
    pub user_id: String,
    /// One of the user's connections is open, or was a moment ago.
    pub online: bool,
    /// RFC 3339; `null` while online, and of who never was.
    pub last_seen_at: Option<String>,
}

impl PresenceView {
    /// A user's presence.
    #[must_use]
    pub fn new(user: UserId, presence: Presence) -> Self {
        Self {
            user_id: user.to_string(),
            online: presence.online,
            last_seen_at: presence.last_seen.map(|at| at.to_string()),
        }
    }
}

/// The presence of several users.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PresencesView {
    /// In the order in which they were asked for, without those whom you neither share a room with nor are a friend of.
    pub items: Vec<PresenceView>,
}

/// A user who is connected to a room.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RosterView {
    /// Who.
    pub user_id: String,
    /// What others see; empty if the user is deleted.
    pub name: String,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
}

impl RosterView {
    /// `user` is `None` if the user is deleted.
    #[must_use]
    pub fn new(id: UserId, user: Option<&User>) -> Self {
        let brief = user.map(UserBrief::from);
        Self {
            user_id: id.to_string(),
            name: brief.as_ref().map(|brief| brief.name.clone()).unwrap_or_default(),
            avatar_url: brief.and_then(|brief| brief.avatar_url),
        }
    }
}

/// A user has the first connection in a room, or none any more.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ComesOrGoesView {
    /// The room.
    pub room_id: String,
    /// Who.
    pub user_id: String,
}

impl ComesOrGoesView {
    /// In this room.
    #[must_use]
    pub fn new(room: RoomId, user: UserId) -> Self {
        Self {
            room_id: room.to_string(),
            user_id: user.to_string(),
        }
    }
}

/// A user is a member of a room from here on, as the user hears of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AddedView {
    /// The room.
    pub room_id: String,
    /// Who did it; `null`: the backend.
    pub user_id: Option<String>,
    /// How the room came about.
    pub kind: Kind,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl AddedView {
    /// `by` made the user a member.
    #[must_use]
    pub fn new(app: &AppId, room: &Room, by: Option<UserId>) -> Self {
        Self {
            room_id: RoomId::new(app, room.number).to_string(),
            user_id: by.map(|by| by.to_string()),
            kind: match room.kind {
                RoomKind::Direct => Kind::Direct,
                RoomKind::Group => Kind::Group,
            },
            name: room.name.as_ref().map(|name| name.as_str().to_owned()),
        }
    }
}

/// A user is no member of a room any more, as the user hears of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RemovedView {
    /// The room.
    pub room_id: String,
    /// Who did it; `null`: the backend.
    pub user_id: Option<String>,
}

/// A member who types, or has stopped, as larger rooms hear of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TypingUserView {
    /// Who.
    pub user_id: String,
    /// What others see; only of those who type, and of the first 20 of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether they are.
    pub typing: bool,
    /// RFC 3339; from then on they are not, without a further notice.
    pub expires_at: String,
}

/// Who has typed in the last seconds, for a room of more than a few connections.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TypingUsersView {
    /// The room.
    pub room_id: String,
    /// Those who type, then those who have stopped; each by user id, at most 100. Never the one whose connection gets it.
    pub items: Vec<TypingUserView>,
}
