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
action!(
    /// `roster`.
    Roster {
        /// The room.
        room_id: String,
        /// The `next` of the page before.
        after: Option<String>,
        /// At most so many.
        limit: Option<u64>,
    }
);
