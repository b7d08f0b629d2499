//! WebSocket frames of the native protocol, both directions.

mod action;
mod outgoing;

use parlour_domain::limits;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use action::{
    AddMember, AddMembers, BlockUser, CreateRoom, Delete, Edit, EditHistory, FindRooms, Forward, GetRoom, GetUser,
    History, JoinRoom, LeaveRoom, ListFriends, ListMembers, ListPins, ListPublicRooms, ListReplies, ListRooms,
    MarkDeliveredUpTo, MarkReadUpTo, MarkUnreadFrom, MessageStatus, MuteMember, OfMember, OfMessage, OfRoom,
    OwnMembership, OwnPage, PageOfRoom, Pin, Ping, Presence, React, Reauth, ReportMessage, ReportUser, Resume,
    ResumeRoom, Send, SetNotification, SetRole, TruncateRoom, Typing, Unread, UpdateProfile, UpdateRoom, WatchPresence,
};
pub use outgoing::{ack, batches, error, event, pong};

use crate::error::{Code, InvalidInput, WireError};

/// The actions and no others; each is a route key.
pub const ACTIONS: [&str; 68] = [
    "join_room",
    "resume",
    "leave_room",
    "send_message",
    "edit_message",
    "delete_message",
    "forward_message",
    "add_reaction",
    "remove_reaction",
    "join_public_room",
    "exit_room",
    "add_member",
    "remove_member",
    "update_room",
    "ban_user",
    "unban_user",
    "invite_user",
    "accept_invite",
    "decline_invite",
    "set_role",
    "mute_member",
    "unmute_member",
    "pin_message",
    "unpin_message",
    "star_message",
    "unstar_message",
    "history",
    "mark_read",
    "mark_unread",
    "mark_delivered",
    "set_notification",
    "typing",
    "roster",
    "watch_presence",
    "ping",
    "block_user",
    "unblock_user",
    "list_friends",
    "report_message",
    "report_user",
    "create_room",
    "archive_room",
    "unarchive_room",
    "truncate_room",
    "delete_room",
    "add_members",
    "withdraw_invite",
    "update_profile",
    "get_room",
    "list_rooms",
    "list_public_rooms",
    "find_rooms",
    "list_members",
    "get_message",
    "edit_history",
    "list_replies",
    "list_pins",
    "list_stars",
    "read_positions",
    "message_status",
    "unread",
    "list_bans",
    "list_room_invites",
    "list_invites",
    "list_blocks",
    "get_user",
    "presence",
    "reauth",
];

/// What every frame has in common, read leniently so that a refusal can name the request it refuses.
#[derive(Debug, Clone, Default)]
pub struct Envelope {
    /// Which action; `None`: no JSON object with a text `action`.
    pub action: Option<String>,
    /// Comes back in the answer.
    pub request_id: Option<String>,
}

impl Envelope {
    /// Reads the envelope of any text.
    #[must_use]
    pub fn of(frame: &str) -> Self {
        #[derive(Deserialize)]
        struct Lenient {
            action: Option<Value>,
            request_id: Option<Value>,
        }
        let lenient = serde_json::from_str::<Lenient>(frame);
        let Some(lenient) = lenient.ok().filter(|_| is_object(frame.as_bytes())) else {
            return Self::default();
        };
        let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
        Self {
            action: text(lenient.action),
            request_id: text(lenient.request_id).filter(|id| comes_back(id)),
        }
    }
}

/// Whether a `request_id` is short enough to come back in the answer.
fn comes_back(request_id: &str) -> bool {
    request_id.chars().count() <= limits::REQUEST_ID_CHARS
}

/// Whether a JSON text is an object if it is valid: what is read into a struct would be read from a list of its fields too.
#[must_use]
pub fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().starts_with(b"{")
}

/// Reads a frame as the action it says it is.
///
/// # Errors
/// `malformed_json` or `invalid_input`; the text of the frame is not repeated.
pub fn read<T: DeserializeOwned>(frame: &str) -> Result<T, WireError> {
    let malformed = || WireError::new(Code::MalformedJson);
    if !is_object(frame.as_bytes()) {
        return Err(malformed());
    }
    serde_json::from_str(frame).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => InvalidInput::new("frame", describe(&error)).into(),
        _ => malformed(),
    })
}

/// What serde says of a wrong field, without values: only the part that names fields and types of ours.
#[must_use]
pub fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let said = text.split(" at line").next().unwrap_or_default();
    if text.starts_with("unknown field") {
        // The name is the client's own text, whatever that is: only what stands behind the last of it is ours.
        let known = text.rfind(", expected").and_then(|at| text.get(at..));
        let known = known.and_then(|known| known.split(" at line").next());
        return format!("has an unknown field{}", known.unwrap_or_default());
    }
    if ["missing field", "duplicate field"]
        .iter()
        .any(|start| text.starts_with(start))
    {
        return format!("has a {said}");
    }
    "has a field of the wrong type".to_owned()
}

#[cfg(test)]
mod tests;
