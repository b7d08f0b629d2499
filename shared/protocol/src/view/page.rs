//! Pages as actions are answered with them: each names what the request named.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::answer::{EditView, HistoryView, PageView};
use super::entry::EntryView;
use super::invite::InviteView;
use super::live::RosterView;
use super::member::{BanView, MemberView};
use super::reading::{PinView, ReadPositionView, StarredView};
use super::room::RoomView;
use super::user::BlockView;

macro_rules! page {
    ($(#[$doc:meta])* $name:ident { $($(#[$of_doc:meta])* $of:ident,)* } of $item:ident, after $next:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, ToSchema)]
        pub struct $name {
            $($(#[$of_doc])* pub $of: String,)*
            /// What was asked for, in order. A page ends where the frame does, so it may be short.
            pub items: Vec<$item>,
            /// The value for `after`; `null`: this was the last page.
            #[schema(value_type = Option<$next>)]
            pub next: Option<Value>,
        }

        impl $name {
            /// A page, with the ids as the request named them.
            #[must_use]
            pub fn new($($of: String,)* page: PageView<$item>) -> Self {
                Self {
                    $($of,)*
                    items: page.items,
                    next: page.next,
                }
            }
        }
    };
}

page!(
    /// The answer to `roster`: who is connected, each user once; in no particular order, which stays the same from page to page.
    RoomRosterView {
        /// The room, as the request named it.
        room_id,
    } of RosterView, after String
);
page!(
    /// The answer to `list_members`: by id.
    RoomMembersView {
        /// The room, as the request named it.
        room_id,
    } of MemberView, after String
);
page!(
    /// The answer to `read_positions`: by user id.
    RoomPositionsView {
        /// The room, as the request named it.
        room_id,
    } of ReadPositionView, after String
);
page!(
    /// The answer to `list_bans`: by user id.
    RoomBansView {
        /// The room, as the request named it.
        room_id,
    } of BanView, after String
);
page!(
    /// The answer to `list_room_invites`: by user id.
    RoomInvitesView {
        /// The room, as the request named it.
        room_id,
    } of InviteView, after String
);
page!(
    /// The answer to `list_pins`: the latest pin first.
    RoomPinsView {
        /// The room, as the request named it.
        room_id,
    } of PinView, after String
);
page!(
    /// The answer to `edit_history`: what the message said, oldest first; what it says now comes last.
    MessageEditsView {
        /// The room, as the request named it.
        room_id,
        /// The message, as the request named it.
        message_id,
    } of EditView, after u64
);
page!(
    /// The answer to `list_public_rooms`: by name.
    PublicRoomsView {} of RoomView, after String
);
page!(
    /// The answer to `list_stars`: the user's own, the latest first.
    StarsView {} of StarredView, after String
);
page!(
    /// The answer to `list_invites`: the user's own, the oldest first.
    InvitesView {} of InviteView, after String
);
page!(
    /// The answer to `list_blocks`: whom the user has blocked, by id.
    BlocksView {} of BlockView, after String
);

/// The answer to `history`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoomHistoryView {
    /// The room, as the request named it.
    pub room_id: String,
    /// The page.
    #[serde(flatten)]
    pub page: HistoryView,
}

/// The answer to `list_replies`: the thread of a message, oldest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MessageRepliesView {
    /// The room, as the request named it.
    pub room_id: String,
    /// The message, as the request named it.
    pub message_id: String,
    /// The replies.
    pub items: Vec<EntryView>,
    /// The value for `after_seq`; `null`: this was the last page.
    pub next: Option<u64>,
}

impl MessageRepliesView {
    /// A page, with the ids as the request named them.
    #[must_use]
    pub fn new(room_id: String, message_id: String, page: HistoryView) -> Self {
        Self {
            room_id,
            message_id,
            items: page.items,
            next: page.next,
        }
    }
}
