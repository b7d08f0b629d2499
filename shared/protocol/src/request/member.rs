//! Requests about members, their roles, mutes and bans.

use parlour_domain::member::{Mute, Role};
use parlour_domain::{Timestamp, UserId, limits};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::message::expires_at;
use super::{some_users, user_id};
use crate::error::InvalidInput;

/// What a member may do.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RoleOption {
    /// May change the room and its members.
    Owner,
    /// May look after members and messages.
    Moderator,
    /// May read and write.
    Member,
    /// May read.
    ReadOnly,
}

impl From<RoleOption> for Role {
    fn from(option: RoleOption) -> Self {
        match option {
            RoleOption::Owner => Self::Owner,
            RoleOption::Moderator => Self::Moderator,
            RoleOption::Member => Self::Member,
            RoleOption::ReadOnly => Self::ReadOnly,
        }
    }
}

impl From<Role> for RoleOption {
    fn from(role: Role) -> Self {
        match role {
            Role::Owner => Self::Owner,
            Role::Moderator => Self::Moderator,
            Role::Member => Self::Member,
            Role::ReadOnly => Self::ReadOnly,
        }
    }
}

/// `POST /room/{room_id}/member`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// Who.
    pub user_id: String,
    /// As what; `member` if not given. Moderators and owners are made by an owner or the backend.
    pub role: Option<RoleOption>,
}

/// `POST /room/{room_id}/invite`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvite {
    /// Whom.
    pub user_id: String,
    /// When it ends by itself, RFC 3339; not given, or later than in 30 days: in 30 days.
    #[schema(example = "2030-01-31T12:00:00Z")]
    pub expires_at: Option<String>,
}

/// `POST /room/{room_id}/members`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMembers {
    /// Who: 1 to 90 users.
    pub user_ids: Vec<String>,
}

/// `PUT /room/{room_id}/member/{user_id}/role`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRole {
    /// As what from here on.
    pub role: RoleOption,
}

/// `PUT` of a ban or mute.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Until {
    /// When it ends by itself, RFC 3339; not given: it has to be taken back.
    #[schema(example = "2030-01-31T12:00:00Z")]
    pub expires_at: Option<String>,
}

impl AddMember {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<(UserId, Role), InvalidInput> {
        let role = self.role.map_or(Role::Member, Role::from);
        Ok((user_id("user_id", &self.user_id)?, role))
    }
}

impl CreateInvite {
    /// Whom, and the end. Whether that is [`to_come`] is for the use-case to say.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<(UserId, Option<Timestamp>), InvalidInput> {
        let user = user_id("user_id", &self.user_id)?;
        Ok((user, expires_at(self.expires_at.as_deref())?))
    }
}

impl AddMembers {
    /// The users, each once.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Vec<UserId>, InvalidInput> {
        some_users("user_ids", &self.user_ids, limits::MEMBERS_AT_ONCE)
    }
}

impl Until {
    /// The end. Whether that is [`to_come`] is for the use-case to say.
    ///
    /// # Errors
    /// If it is no time.
    pub fn check(&self) -> Result<Option<Timestamp>, InvalidInput> {
        expires_at(self.expires_at.as_deref())
    }

    /// A mute until then.
    ///
    /// # Errors
    /// If it is no time.
    pub fn mute(&self) -> Result<Mute, InvalidInput> {
        Ok(Mute { until: self.check()? })
    }
}

/// Refuses an end that is over. Asked of a write that was not done before: a repeat may come after the end.
///
/// # Errors
/// If it is over.
pub fn to_come(until: Option<Timestamp>, now: Timestamp) -> Result<(), InvalidInput> {
    match until {
        Some(until) if until <= now => Err(InvalidInput::new("expires_at", "must be a time to come")),
        _ => Ok(()),
    }
}
