//! Members of rooms.

use parlour_domain::member::{Ban, Member};
use parlour_domain::user::User;
use parlour_domain::{AppId, RoomId, RoomNumber, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::user::UserBrief;
use crate::request::RoleOption;

/// A member.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MemberView {
    /// The room.
    pub room_id: String,
    /// The user.
    pub user_id: String,
    /// As what.
    pub role: RoleOption,
    /// What others see; empty if the user is deleted.
    pub name: String,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// RFC 3339.
    pub joined_at: String,
    /// Up to where they ever read.
    pub read_seq: u64,
    /// Why they may not write, although the role would allow it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mute: Option<MuteView>,
}

/// What became of users who were to be members.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MembersAddedView {
    /// The room.
    pub room_id: String,
    /// Who became a member.
    pub added: Vec<String>,
    /// Who was one before.
    pub already: Vec<String>,
    /// Who may not become one.
    pub banned: Vec<String>,
}

impl MembersAddedView {
    /// Of a room of `app`: those added, those who were members already, and those who are banned.
    #[must_use]
    pub fn new(app: &AppId, room: RoomNumber, (added, already, banned): (&[UserId], &[UserId], &[UserId])) -> Self {
        let ids = |users: &[UserId]| users.iter().map(ToString::to_string).collect();
        Self {
            room_id: RoomId::new(app, room).to_string(),
            added: ids(added),
            already: ids(already),
            banned: ids(banned),
        }
    }
}

/// A mute.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MuteView {
    /// When it ends, RFC 3339; not given: when it is taken back. One that has ended means nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

/// A user who may not become a member.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BanView {
    /// The room.
    pub room_id: String,
    /// Who.
    pub user_id: String,
    /// RFC 3339.
    pub banned_at: String,
    /// By whom; not given: by the backend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub banned_by: Option<String>,
    /// When it ends, RFC 3339; not given: when it is taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

impl BanView {
    /// A ban from a room of `app`.
    #[must_use]
    pub fn new(app: &AppId, room: RoomNumber, user: UserId, ban: &Ban) -> Self {
        Self {
            room_id: RoomId::new(app, room).to_string(),
            user_id: user.to_string(),
            banned_at: ban.at.to_string(),
            banned_by: ban.by.map(|by| by.to_string()),
            expires_at: ban.until.map(|until| until.to_string()),
        }
    }
}

impl MemberView {
    /// A member of a room of `app`; `user` is `None` if the user is deleted.
    #[must_use]
    pub fn new(app: &AppId, room: RoomNumber, member: &Member, user: Option<&User>) -> Self {
        let brief = user.map(UserBrief::from);
        Self {
            room_id: RoomId::new(app, room).to_string(),
            user_id: member.user.to_string(),
            role: member.role.into(),
            name: brief.as_ref().map(|brief| brief.name.clone()).unwrap_or_default(),
            avatar_url: brief.and_then(|brief| brief.avatar_url),
            joined_at: member.joined_at.to_string(),
            read_seq: member.read_up_to().get(),
            mute: member.mute.map(|mute| MuteView {
                expires_at: mute.until.map(|until| until.to_string()),
            }),
        }
    }
}
