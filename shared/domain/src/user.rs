//! A person (or bot) of one app.

use serde::{Deserialize, Serialize};

use crate::text::{AvatarUrl, Custom, DisplayName};
use crate::{ExternalId, Timestamp, UserId};

/// A user of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Given at creation.
    pub id: UserId,
    /// The id in the integrator's own system, unique in the app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<ExternalId>,
    /// What others see.
    pub name: DisplayName,
    /// A picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<AvatarUrl>,
    /// The integrator's own data; other users do not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<Custom>,
    /// When the user was made.
    pub created_at: Timestamp,
    /// When the user last changed; changes by at least 1 ms with every change, so it is the row's version.
    pub updated_at: Timestamp,
}

/// What of a user may change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// A new name.
    pub name: Option<DisplayName>,
    /// A new picture; `Some(None)` removes it.
    pub avatar_url: Option<Option<AvatarUrl>>,
    /// New custom data; `Some(None)` removes it.
    pub custom: Option<Option<Custom>>,
}

impl User {
    /// The user after the change.
    #[must_use]
    pub fn changed(&self, change: UserChange, now: Timestamp) -> Self {
        Self {
            name: change.name.unwrap_or_else(|| self.name.clone()),
            avatar_url: change.avatar_url.unwrap_or_else(|| self.avatar_url.clone()),
            custom: change.custom.unwrap_or_else(|| self.custom.clone()),
            updated_at: now.max(self.updated_at.plus_millis(1)),
            ..self.clone()
        }
    }
}
