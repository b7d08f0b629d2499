//! Actions that make, change, end, get and list rooms.

use serde_json::{Value, json};

use super::super::example::{ROOM, USER};
use super::super::schemas::Schemas;
use super::{Action, action, nothing, of, page, room};
use crate::frame;
use crate::view::{FoundRoomsView, OfRoomView, PublicRoomsView, RoomListView, RoomView, TruncatedView, UnreadListView};

fn change() -> Value {
    json!({ "room_id": ROOM, "client_id": "c-1" })
}

#[rustfmt::skip]
pub(super) const ACTIONS: &[Action] = &[
    action("create_room", "Make a room, or get the direct room that there is.", of!(frame::CreateRoom => RoomView),
        || json!({ "kind": "group", "name": "Tea", "members": [USER], "client_id": "c-1" })),
    action("update_room", "Change a room.", of!(frame::UpdateRoom => RoomView),
        || json!({ "room_id": ROOM, "name": "Tea", "slow_mode_seconds": null, "client_id": "c-1" })),
    action("archive_room", "Let nobody write into a room from here on.", of!(frame::OfRoom => RoomView), change),
    action("unarchive_room", "Take a room out of the archive.", of!(frame::OfRoom => RoomView), change),
    action("truncate_room", "Take away what stands before an entry of a room.", of!(frame::TruncateRoom => TruncatedView),
        || json!({ "room_id": ROOM, "before_seq": 2, "client_id": "c-1" })),
    action("delete_room", "Delete a room.", of!(frame::OfRoom => OfRoomView), change),
    action("get_room", "Get a room.", of!(frame::GetRoom => RoomView), room),
    action("list_rooms", "List one's own rooms, the most active first.", of!(frame::ListRooms => RoomListView),
        || json!({ "limit": 20, "kind": "group", "unread": false })),
    action("list_public_rooms", "List the public rooms of the app, by name.", of!(frame::ListPublicRooms => PublicRoomsView), page),
    action("find_rooms", "Find the rooms of exactly these members and oneself.", of!(frame::FindRooms => FoundRoomsView),
        || json!({ "members": [USER] })),
    action("unread", "Get what one has not read: the rooms, and how much in all.", of!(frame::Unread => UnreadListView), nothing),
];
