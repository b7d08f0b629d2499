//! Requests about users.

use std::collections::BTreeSet;

use parlour_domain::text::{AvatarUrl, Custom, DisplayName};
use parlour_domain::user::UserChange;
use parlour_domain::{ExternalId, Timestamp, limits};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{custom, given, optional, parsed};
use crate::error::InvalidInput;

/// `POST /user`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// What others see: 1 to 128 characters.
    #[schema(example = "Ada")]
    pub name: String,
    /// The id in your own system, unique in the app.
    pub external_id: Option<String>,
    /// An `http` or `https` URL.
    pub avatar_url: Option<String>,
    /// Your own data, at most 4 KB of JSON.
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Map<String, Value>>,
}

/// `PATCH /user/{user_id}`: what is not given stays, `null` removes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateUser {
    /// A new name.
    pub name: Option<String>,
    /// A new picture, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub avatar_url: Option<Option<String>>,
    /// New custom data, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Option<Map<String, Value>>>,
}

/// One of the users of `PUT /user`: what is not given stays, `null` removes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpsertUser {
    /// The id in your own system, unique in the app.
    pub external_id: String,
    /// What others see: 1 to 128 characters.
    #[schema(example = "Ada")]
    pub name: String,
    /// A picture, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub avatar_url: Option<Option<String>>,
    /// Your own data, or `null`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Option<Map<String, Value>>>,
}

/// `PUT /user`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpsertUsers {
    /// 1 to 50 users, each once.
    pub users: Vec<UpsertUser>,
}

/// `PUT /user/{user_id}/suspension`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspend {
    /// Until when, RFC 3339; none: until it is lifted.
    #[schema(example = "2027-01-31T12:00:00Z")]
    pub until: Option<String>,
}

impl Suspend {
    /// Checks the time.
    ///
    /// # Errors
    /// If it is no time.
    pub fn check(&self) -> Result<Option<Timestamp>, InvalidInput> {
        optional("until", self.until.as_deref(), Timestamp::parse)
    }
}

/// A user as the integrator's system knows it, checked.
#[derive(Debug, Clone)]
pub struct KnownUser {
    /// The id there.
    pub external_id: ExternalId,
    /// What others see.
    pub name: DisplayName,
    /// How the user is to be, the name included.
    pub change: UserChange,
}

impl UpsertUsers {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Vec<KnownUser>, InvalidInput> {
        if self.users.is_empty() || self.users.len() > limits::USERS_PER_REQUEST {
            let reason = format!("must hold 1 to {}", limits::USERS_PER_REQUEST);
            return Err(InvalidInput::new("users", reason));
        }
        let mut ids = BTreeSet::new();
        let known = |user: &UpsertUser| {
            if !ids.insert(user.external_id.clone()) {
                return Err(InvalidInput::new("users", "must name each external_id once"));
            }
            let name = parsed("name", DisplayName::parse(&user.name))?;
            Ok(KnownUser {
                external_id: parsed("external_id", ExternalId::parse(&user.external_id))?,
                change: UserChange {
                    name: Some(name.clone()),
                    ..changes(user.avatar_url.as_ref(), user.custom.as_ref())?
                },
                name,
            })
        };
        self.users.iter().map(known).collect()
    }
}

/// A user to make, checked.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What others see.
    pub name: DisplayName,
    /// The id in the integrator's system.
    pub external_id: Option<ExternalId>,
    /// A picture.
    pub avatar_url: Option<AvatarUrl>,
    /// The integrator's data.
    pub custom: Option<Custom>,
}

impl CreateUser {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<NewUser, InvalidInput> {
        Ok(NewUser {
            name: parsed("name", DisplayName::parse(&self.name))?,
            external_id: optional("external_id", self.external_id.as_deref(), ExternalId::parse)?,
            avatar_url: optional("avatar_url", self.avatar_url.as_deref(), AvatarUrl::parse)?,
            custom: custom(self.custom.as_ref())?,
        })
    }
}

impl UpdateUser {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<UserChange, InvalidInput> {
        Ok(UserChange {
            name: optional("name", self.name.as_deref(), DisplayName::parse)?,
            ..changes(self.avatar_url.as_ref(), self.custom.as_ref())?
        })
    }
}

fn changes(
    avatar: Option<&Option<String>>,
    data: Option<&Option<Map<String, Value>>>,
) -> Result<UserChange, InvalidInput> {
    Ok(UserChange {
        name: None,
        avatar_url: avatar
            .map(|url| optional("avatar_url", url.as_deref(), AvatarUrl::parse))
            .transpose()?,
        custom: data.map(|object| custom(object.as_ref())).transpose()?,
    })
}
