//! Requests about who is there.

use parlour_domain::{UserId, limits};
use serde::Deserialize;
use utoipa::ToSchema;

use super::each_user;
use crate::error::InvalidInput;

/// `POST /presence`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceOf {
    /// Whose, at most 100.
    pub user_ids: Vec<String>,
}

impl PresenceOf {
    /// Checks every field.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Vec<UserId>, InvalidInput> {
        users(&self.user_ids)
    }
}

/// Users whose presence is asked for, each once.
///
/// # Errors
/// More than [`limits::PRESENCE_USERS`], or one that is no user id.
pub fn users(texts: &[String]) -> Result<Vec<UserId>, InvalidInput> {
    if texts.len() > limits::PRESENCE_USERS {
        let reason = format!("must not name more than {} users", limits::PRESENCE_USERS);
        return Err(InvalidInput::new("user_ids", reason));
    }
    each_user("user_ids", texts)
}

/// The `filter` of a list of members: whether only those who are online.
///
/// # Errors
/// Another filter than `online`.
pub fn online_only(filter: Option<&str>) -> Result<bool, InvalidInput> {
    match filter {
        None => Ok(false),
        Some("online") => Ok(true),
        Some(_) => Err(InvalidInput::new("filter", "must be `online`")),
    }
}
