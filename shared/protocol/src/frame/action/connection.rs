//! Actions on the connection itself, and of its user.

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
action!(
    /// `report_user`.
    ReportUser {
        /// Whom.
        user_id: String,
        /// Why, as the product names it.
        reason: String,
        /// Why, in the reporter's words.
        comment: Option<String>,
    }
);
action!(
    /// `report_message`.
    ReportMessage {
        /// The room.
        room_id: String,
        /// The message.
        message_id: String,
        /// Why, as the product names it.
        reason: String,
        /// Why, in the reporter's words.
        comment: Option<String>,
    }
);
action!(
    /// `block_user` and `unblock_user`.
    BlockUser {
        /// Whom.
        user_id: String,
    }
);
action!(
    /// `list_friends`.
    ListFriends {
        /// The `next` of the page before.
        after: Option<String>,
        /// At most so many.
        limit: Option<u64>,
    }
);
