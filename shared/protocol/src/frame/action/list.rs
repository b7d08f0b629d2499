//! Actions that list, and that get one thing: what REST's `GET` routes answer, by the names of their parameters.

use serde::Deserialize;

use super::action;
use crate::request::{FindRoom, Kind};

action!(
    /// `get_room`.
    GetRoom {
        /// The room.
        room_id: String,
    }
);
action!(
    /// `list_rooms`.
    ListRooms {
        /// At most so many.
        limit: Option<u64>,
        /// The `next` of the page before.
        after: Option<String>,
        /// Only rooms whose names begin with this, regardless of case.
        name_prefix: Option<String>,
        /// Only rooms that came about so.
        kind: Option<Kind>,
        /// Only rooms with something unread.
        unread: Option<bool>,
        /// Only rooms where someone else of the members that are shown is online.
        online: Option<bool>,
    }
);
action!(
    /// `list_public_rooms`.
    ListPublicRooms {
        /// At most so many.
        limit: Option<u64>,
        /// The `next` of the page before.
        after: Option<String>,
        /// Only rooms whose names begin with this.
        name_prefix: Option<String>,
    }
);
action!(
    /// `find_rooms`.
    FindRooms {
        /// The members.
        members: Vec<String>,
    }
);
action!(
    /// `list_members`.
    ListMembers {
        /// The room.
        room_id: String,
        /// At most so many.
        limit: Option<u64>,
        /// The `next` of the page before.
        after: Option<String>,
        /// `online`: only those who are there.
        filter: Option<String>,
    }
);
action!(
    /// `roster`, `read_positions`, `list_bans` and `list_room_invites`.
    PageOfRoom {
        /// The room.
        room_id: String,
        /// The `next` of the page before.
        after: Option<String>,
        /// At most so many.
        limit: Option<u64>,
    }
);
action!(
    /// `list_pins`.
    ListPins {
        /// The room.
        room_id: String,
        /// The `next` of the page before.
        after: Option<String>,
    }
);
action!(
    /// `edit_history`.
    EditHistory {
        /// The room.
        room_id: String,
        /// The message.
        message_id: String,
        /// The `next` of the page before.
        after: Option<u64>,
    }
);
action!(
    /// `list_replies`.
    ListReplies {
        /// The room.
        room_id: String,
        /// The message whose thread it is.
        message_id: String,
        /// After this entry.
        after_seq: Option<u64>,
        /// At most so many.
        limit: Option<u64>,
    }
);
action!(
    /// `message_status`.
    MessageStatus {
        /// The room.
        room_id: String,
        /// The message.
        message_id: String,
        /// The `next` of the page before.
        after: Option<String>,
        /// At most so many.
        limit: Option<u64>,
    }
);
action!(
    /// `list_stars`, `list_invites` and `list_blocks`: of what is the user's own.
    OwnPage {
        /// The `next` of the page before.
        after: Option<String>,
        /// At most so many.
        limit: Option<u64>,
    }
);
action!(
    /// `unread`.
    Unread {
        /// The `next` of the page before.
        after: Option<String>,
    }
);
action!(
    /// `get_user`.
    GetUser {
        /// Whom; oneself if not given.
        user_id: Option<String>,
    }
);
action!(
    /// `presence`.
    Presence {
        /// Whose.
        user_ids: Vec<String>,
    }
);

impl FindRooms {
    /// Whose room, as REST has it.
    #[must_use]
    pub fn find(self) -> FindRoom {
        FindRoom { members: self.members }
    }
}
