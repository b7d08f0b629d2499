//! Actions on one's own user.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::action;
use crate::request::{self, given};

action!(
    /// `update_profile`: what is not given stays, `null` removes.
    UpdateProfile {
        /// A new name.
        name: Option<String>,
        /// A new picture, or `null`.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<String>)]
        avatar_url: Option<Option<String>>,
        /// New custom data, or `null`.
        #[serde(default, deserialize_with = "given")]
        #[schema(value_type = Option<Object>)]
        custom: Option<Option<Map<String, Value>>>,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);

impl UpdateProfile {
    /// The change, as REST has it.
    #[must_use]
    pub fn change(self) -> request::UpdateUser {
        request::UpdateUser {
            name: self.name,
            avatar_url: self.avatar_url,
            custom: self.custom,
        }
    }
}
