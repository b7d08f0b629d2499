//! Invites, for who makes them and for who gets them.

use parlour_domain::invite::Invite;
use parlour_domain::room::Room;
use parlour_domain::{AppId, RoomId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An invite of a user to a room.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct InviteView {
    /// The room.
    pub room_id: String,
    /// Who may become a member.
    pub user_id: String,
    /// By whom; not given: by the backend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invited_by: Option<String>,
    /// What the room is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Members of the room at the moment.
    pub member_count: u64,
    /// RFC 3339.
    pub created_at: String,
    /// When it ends by itself, RFC 3339.
    pub expires_at: String,
}

impl InviteView {
    /// An invite to a room of `app`.
    #[must_use]
    pub fn new(app: &AppId, room: &Room, invite: &Invite) -> Self {
        Self {
            room_id: RoomId::new(app, room.number).to_string(),
            user_id: invite.user.to_string(),
            invited_by: invite.by.map(|by| by.to_string()),
            name: room.name.as_ref().map(|name| name.as_str().to_owned()),
            member_count: room.member_count,
            created_at: invite.at.to_string(),
            expires_at: invite.until.to_string(),
        }
    }
}
