//! What an entry names: a member, a reaction, where it was forwarded from.

use parlour_domain::UserId;
use parlour_domain::member::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::request::RoleOption;

/// The member that an entry of the log is about.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct EntryMember {
    /// Who.
    pub user_id: String,
    /// As what (`member_joined`, `role_changed`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleOption>,
    /// Whether they may not come back (`member_left`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub banned: bool,
    /// When it ends, RFC 3339; not given: when it is taken back (`member_muted`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

impl EntryMember {
    pub(super) fn new(user: UserId) -> Self {
        Self {
            user_id: user.to_string(),
            ..Self::default()
        }
    }

    pub(super) fn with(user: UserId, role: Role) -> Self {
        Self {
            role: Some(role.into()),
            ..Self::new(user)
        }
    }
}

/// The members who reacted to a message in one way.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReactionView {
    /// With what.
    pub reaction: String,
    /// How many.
    pub count: u64,
    /// Whether the reader is one of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
}

/// Where a forwarded message comes from.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ForwardedView {
    /// The room.
    pub room_id: String,
    /// The message there.
    pub message_id: String,
    /// Who said it; `null`: the backend.
    pub user_id: Option<String>,
}
