//! Actions on what a member has read and is notified of.

use serde::Deserialize;

use super::action;
use crate::request::NotificationOption;

action!(
    /// `mark_read`.
    MarkReadUpTo {
        /// The room.
        room_id: String,
        /// The last entry read.
        seq: u64,
    }
);
action!(
    /// `mark_unread`.
    MarkUnreadFrom {
        /// The room.
        room_id: String,
        /// The first entry that is unread from here on.
        seq: u64,
        /// The client's id of this.
        client_id: Option<String>,
    }
);
action!(
    /// `mark_delivered`.
    MarkDeliveredUpTo {
        /// The room.
        room_id: String,
        /// The last entry that the client has.
        seq: u64,
    }
);
action!(
    /// `set_notification`.
    SetNotification {
        /// The room.
        room_id: String,
        /// What to notify of.
        notification: NotificationOption,
    }
);
