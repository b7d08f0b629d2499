//! Actions on what a connection hears, and on itself.

use serde_json::json;

use super::super::example::{ROOM, TOKEN};
use super::super::schemas::Schemas;
use super::{Action, action, nothing, of, room};
use crate::frame;
use crate::view::{JoinedView, OfRoomView, PongView, ReauthView, ResumedRoomsView};

#[rustfmt::skip]
pub(super) const ACTIONS: &[Action] = &[
    action("join_room", "Hear of a room from here on, and get what was missed.", of!(frame::JoinRoom => JoinedView),
        || json!({ "room_id": ROOM, "after_seq": 1, "request_id": "r1" })),
    action("resume", "`join_room` for many rooms at once.", of!(frame::Resume => ResumedRoomsView),
        || json!({ "rooms": [{ "room_id": ROOM, "after_seq": 1 }] })),
    action("leave_room", "Hear no more of a room on this connection; the membership stays.", of!(frame::LeaveRoom => OfRoomView), room),
    action("typing", "Say that one types, or has stopped.", of!(frame::Typing => OfRoomView),
        || json!({ "room_id": ROOM, "typing": true })),
    action("ping", "Renew the connection's lease; get the heads of the joined rooms.", of!(frame::Ping => PongView), nothing),
    action("reauth", "Go on with a new token.", of!(frame::Reauth => ReauthView), || json!({ "token": TOKEN })),
];
