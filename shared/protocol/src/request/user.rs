//! Requests about users.

use parlour_domain::ExternalId;
use parlour_domain::text::{AvatarUrl, Custom, DisplayName};
use parlour_domain::user::UserChange;
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
        let avatar = self.avatar_url.as_ref();
        let data = self.custom.as_ref();
        Ok(UserChange {
            name: optional("name", self.name.as_deref(), DisplayName::parse)?,
            avatar_url: avatar
                .map(|url| optional("avatar_url", url.as_deref(), AvatarUrl::parse))
                .transpose()?,
            custom: data.map(|object| custom(object.as_ref())).transpose()?,
        })
    }
}
