//! Keys of what users have for the clients of other services: their numbers, and the tokens that their own system registered.

use parlour_domain::{AppId, UserId};

use super::{Key, key};

/// The counter of the app's user numbers.
#[must_use]
pub fn user_counter(app: &AppId) -> Key {
    key(format!("app#{app}"), "user_counter")
}

/// Whose number this is.
#[must_use]
pub fn numbered_user(app: &AppId, number: u64) -> Key {
    key(format!("app#{app}#number#{number}"), "number")
}

/// Whose a registered token is, by its hash.
#[must_use]
pub fn registered_token(app: &AppId, hash: &str) -> Key {
    key(format!("app#{app}#registered#{hash}"), "registered")
}

/// The token that is a user's now.
#[must_use]
pub fn current_token(app: &AppId, user: UserId) -> Key {
    key(format!("app#{app}#user#{user}"), "token")
}
