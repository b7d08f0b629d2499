//! Actions on the connection itself.

use serde::Deserialize;

use super::action;

action!(
    /// `ping`.
    Ping {}
);
action!(
    /// `reauth`.
    Reauth {
        /// A new user token.
        token: String,
    }
);
