//! Actions about who is there.

use serde::Deserialize;

use super::action;

action!(
    /// `watch_presence`.
    WatchPresence {
        /// Whom from here on, instead of those before.
        user_ids: Vec<String>,
    }
);
