//! Actions on a member of a room.

use serde::Deserialize;

use super::action;
use crate::request::RoleOption;

action!(
    /// `set_role`.
    SetRole {
        /// The room.
        room_id: String,
        /// The member.
        user_id: String,
        /// As what from here on.
        role: RoleOption,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);
action!(
    /// `mute_member`.
    MuteMember {
        /// The room.
        room_id: String,
        /// The member.
        user_id: String,
        /// When it ends by itself, RFC 3339.
        expires_at: Option<String>,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);
action!(
    /// `unmute_member`.
    OfMember {
        /// The room.
        room_id: String,
        /// The member.
        user_id: String,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);
