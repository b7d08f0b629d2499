//! Keys of those who manage apps in the protocol of another service, and of the apps that they made: all under the app at whose base
//! URL they do so, the home.

use parlour_domain::AppId;

use super::{Key, key};

/// The apps of a home.
#[must_use]
pub fn hosted(home: &AppId) -> Key {
    key(format!("app#{home}"), "hosted")
}

/// The counter of a home's operators.
#[must_use]
pub fn operator_counter(home: &AppId) -> Key {
    key(format!("app#{home}"), "operator_counter")
}

/// An operator, by their e-mail address.
#[must_use]
pub fn operator(home: &AppId, email: &str) -> Key {
    key(format!("app#{home}#operator#{email}"), "operator")
}

/// How often somebody tried to log in as an operator within a minute, by the hash of the e-mail address.
#[must_use]
pub fn logins_of_minute(home: &AppId, hash: &str, minute: i64) -> Key {
    key(format!("{home}#logins#{hash}"), format!("minute#{minute}"))
}
