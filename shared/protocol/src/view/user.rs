//! Users, whole and as others see them.

use parlour_domain::text::Custom;
use parlour_domain::user::{Suspension, User};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

type Object = Map<String, Value>;

/// A user.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UserView {
    /// UUID.
    pub id: String,
    /// The id in your own system; only for the backend and the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What others see.
    pub name: String,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// A colour that is always the same for this user: `#rrggbb`.
    #[serde(default)]
    pub colour: String,
    /// What keeps the user out; only for the backend and the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspension: Option<SuspensionView>,
    /// Your own data; only for the backend and the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub custom: Option<Object>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

impl UserView {
    /// Everything: for the backend and the user.
    #[must_use]
    pub fn whole(user: &User) -> Self {
        Self {
            external_id: user.external_id.as_ref().map(ToString::to_string),
            custom: user.custom.as_ref().map(Custom::object),
            suspension: user.suspension.map(SuspensionView::from),
            ..Self::public(user)
        }
    }

    /// What other users see.
    #[must_use]
    pub fn public(user: &User) -> Self {
        Self {
            id: user.id.to_string(),
            external_id: None,
            name: user.name.as_str().to_owned(),
            avatar_url: user.avatar_url.as_ref().map(|url| url.as_str().to_owned()),
            colour: user.colour().to_owned(),
            suspension: None,
            custom: None,
            created_at: user.created_at.to_string(),
            updated_at: user.updated_at.to_string(),
        }
    }
}

/// What keeps a user out.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SuspensionView {
    /// RFC 3339.
    pub since: String,
    /// RFC 3339; not given: until it is lifted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

impl From<Suspension> for SuspensionView {
    fn from(suspension: Suspension) -> Self {
        Self {
            since: suspension.since.to_string(),
            until: suspension.until.map(|until| until.to_string()),
        }
    }
}

/// A user whom the caller has blocked.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BlockView {
    /// Who.
    pub user_id: String,
    /// RFC 3339.
    pub since: String,
}

/// A friend of the caller.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FriendView {
    /// Who.
    pub user: UserView,
    /// Since when, RFC 3339.
    pub since: String,
}

/// A page of the caller's friends, the latest first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FriendsView {
    /// They. A page may be short, or empty, although there is a `next`: who is no user yet is left out.
    pub items: Vec<FriendView>,
    /// The value for `after`; `null`: this was the last page.
    pub next: Option<String>,
}

/// What a message says of its sender.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UserBrief {
    /// What others see.
    pub name: String,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
}

impl From<&User> for UserBrief {
    fn from(user: &User) -> Self {
        Self {
            name: user.name.as_str().to_owned(),
            avatar_url: user.avatar_url.as_ref().map(|url| url.as_str().to_owned()),
        }
    }
}
