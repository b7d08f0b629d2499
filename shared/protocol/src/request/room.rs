//! Requests about rooms and their members.

use parlour_domain::member::Role;
use parlour_domain::room::{History, RoomChange, RoomKind};
use parlour_domain::text::{Custom, DisplayName};
use parlour_domain::{UserId, limits};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{custom, given, optional, user_id};
use crate::error::InvalidInput;

/// How a room comes about.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Of exactly two users; there is one for each pair.
    Direct,
    /// Of any number of users.
    Group,
}

impl From<Kind> for RoomKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Direct => Self::Direct,
            Kind::Group => Self::Group,
        }
    }
}

/// How far back later members may read.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum HistoryOption {
    /// From the beginning.
    All,
    /// From when they joined.
    SinceJoin,
}

/// `POST /room`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRoom {
    /// `direct` (of two) or `group`.
    pub kind: Kind,
    /// What it is called: 1 to 128 characters; not for direct rooms.
    pub name: Option<String>,
    /// Users, at most 40; a user who makes a room is a member in any case.
    #[serde(default)]
    pub members: Vec<String>,
    /// Whether any user of the app may join by themselves; only groups.
    #[serde(default)]
    pub public: bool,
    /// How far back later members may read.
    pub history: Option<HistoryOption>,
    /// Your own data, at most 4 KB of JSON; members see it.
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Map<String, Value>>,
}

/// `PATCH /room/{room_id}`: what is not given stays, `null` removes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRoom {
    /// A new name, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub name: Option<Option<String>>,
    /// New custom data, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Option<Map<String, Value>>>,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RoleOption {
    /// May change the room and its members.
    Owner,
    /// May read and write.
    Member,
}

/// `POST /room/{room_id}/member`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// Who.
    pub user_id: String,
    /// As what; `member` if not given.
    pub role: Option<RoleOption>,
}

/// A room to make, checked.
#[derive(Debug, Clone)]
pub struct NewRoom {
    /// How it comes about.
    pub kind: RoomKind,
    /// What it is called.
    pub name: Option<DisplayName>,
    /// Its members, each once.
    pub members: Vec<UserId>,
    /// Whether any user may join.
    pub public: bool,
    /// How far back later members may read.
    pub history: History,
    /// The integrator's data.
    pub custom: Option<Custom>,
}

impl CreateRoom {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<NewRoom, InvalidInput> {
        if self.members.len() > limits::MEMBERS_AT_CREATION {
            let reason = format!("must not name more than {} users", limits::MEMBERS_AT_CREATION);
            return Err(InvalidInput::new("members", reason));
        }
        let mut members = Vec::with_capacity(self.members.len());
        for text in &self.members {
            let user = user_id("members", text)?;
            if !members.contains(&user) {
                members.push(user);
            }
        }
        let direct = self.kind == Kind::Direct;
        if direct && self.name.is_some() {
            return Err(InvalidInput::new("name", "is not for direct rooms"));
        }
        if direct && self.public {
            return Err(InvalidInput::new("public", "is not for direct rooms"));
        }
        Ok(NewRoom {
            kind: self.kind.into(),
            name: optional("name", self.name.as_deref(), DisplayName::parse)?,
            members,
            public: self.public,
            history: match self.history {
                Some(HistoryOption::SinceJoin) => History::SinceJoin,
                Some(HistoryOption::All) | None => History::All,
            },
            custom: custom(self.custom.as_ref())?,
        })
    }
}

impl UpdateRoom {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<RoomChange, InvalidInput> {
        let name = self
            .name
            .as_ref()
            .map(|name| optional("name", name.as_deref(), DisplayName::parse));
        let data = self.custom.as_ref().map(|object| custom(object.as_ref()));
        Ok(RoomChange {
            name: name.transpose()?,
            custom: data.transpose()?,
        })
    }
}

impl AddMember {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<(UserId, Role), InvalidInput> {
        let role = match self.role {
            Some(RoleOption::Owner) => Role::Owner,
            Some(RoleOption::Member) | None => Role::Member,
        };
        Ok((user_id("user_id", &self.user_id)?, role))
    }
}
