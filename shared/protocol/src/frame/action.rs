//! What a client may ask: one type per action, closed to unknown fields.

mod connection;
mod list;
mod member;
mod message;
mod presence;
mod profile;
mod reading;
mod room;
mod room_write;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

pub use connection::{BlockUser, ListFriends, Ping, Reauth, ReportMessage, ReportUser};
pub use list::{
    EditHistory, FindRooms, GetRoom, GetUser, ListMembers, ListPins, ListPublicRooms, ListReplies, ListRooms,
    MessageStatus, OwnPage, PageOfRoom, Presence, Unread,
};
pub use member::{AddMember, AddMembers, MuteMember, OfMember, OwnMembership, SetRole};
pub use message::{Delete, Edit, Forward, History, OfMessage, Pin, React, Send};
pub use presence::WatchPresence;
pub use profile::UpdateProfile;
pub use reading::{MarkDeliveredUpTo, MarkReadUpTo, MarkUnreadFrom, SetNotification};
pub use room::{JoinRoom, LeaveRoom, Resume, ResumeRoom, Typing, UpdateRoom};
pub use room_write::{CreateRoom, OfRoom, TruncateRoom};

macro_rules! action {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// What is wanted.
            #[serde(rename = "action")]
            _action: String,
            /// Comes back in the answer; at most 64 characters.
            #[serde(default, rename = "request_id", deserialize_with = "super::request_id")]
            #[schema(max_length = 64)]
            _request_id: Option<String>,
            $($(#[$field_doc])* pub $field: $kind,)*
        }
    };
}

use action;

/// One that is too long could not come back, and the client would wait for it.
fn request_id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    match Option::<String>::deserialize(from)? {
        Some(id) if !super::comes_back(&id) => Err(D::Error::custom("too long")),
        id => Ok(id),
    }
}
