//! Members of rooms.

use parlour_domain::member::{Member, Role};
use parlour_domain::user::User;
use parlour_domain::{AppId, RoomId, RoomNumber};
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
}

impl MemberView {
    /// A member of a room of `app`; `user` is `None` if the user is deleted.
    #[must_use]
    pub fn new(app: &AppId, room: RoomNumber, member: &Member, user: Option<&User>) -> Self {
        let brief = user.map(UserBrief::from);
        Self {
            room_id: RoomId::new(app, room).to_string(),
            user_id: member.user.to_string(),
            role: match member.role {
                Role::Owner => RoleOption::Owner,
                Role::Member => RoleOption::Member,
            },
            name: brief.as_ref().map(|brief| brief.name.clone()).unwrap_or_default(),
            avatar_url: brief.and_then(|brief| brief.avatar_url),
            joined_at: member.joined_at.to_string(),
            read_seq: member.read_up_to().get(),
        }
    }
}
