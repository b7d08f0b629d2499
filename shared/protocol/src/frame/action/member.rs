//! Actions on a member of a room.

use serde::Deserialize;

use super::action;
use crate::request::{self, RoleOption};

action!(
    /// `join_public_room`, `exit_room`, `accept_invite` and `decline_invite`.
    OwnMembership {
        /// The room.
        room_id: String,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);
action!(
    /// `add_member`.
    AddMember {
        /// The room.
        room_id: String,
        /// Whom.
        user_id: String,
        /// As what; `member` if not given.
        role: Option<RoleOption>,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);
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
    /// `mute_member`, `ban_user` and `invite_user`.
    MuteMember {
        /// The room.
        room_id: String,
        /// Whom.
        user_id: String,
        /// When it ends by itself, RFC 3339.
        expires_at: Option<String>,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);
action!(
    /// `unmute_member`, `remove_member`, `unban_user` and `withdraw_invite`.
    OfMember {
        /// The room.
        room_id: String,
        /// Whom.
        user_id: String,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);
action!(
    /// `add_members`.
    AddMembers {
        /// The room.
        room_id: String,
        /// Whom: 1 to 90 users.
        user_ids: Vec<String>,
        /// The client's id of this write.
        client_id: Option<String>,
    }
);

impl AddMember {
    /// Whom and as what, as REST has it.
    #[must_use]
    pub fn member(&self) -> request::AddMember {
        request::AddMember {
            user_id: self.user_id.clone(),
            role: self.role,
        }
    }
}
