//! Actions that send, change, get and list messages.

use serde_json::{Value, json};

use super::super::example::{MESSAGE, OTHER_ROOM, ROOM};
use super::super::schemas::Schemas;
use super::{Action, action, of, of_message, page, page_of_message, page_of_room, room};
use crate::frame;
use crate::view::{
    ChangedView, EntryView, MessageEditsView, MessageRepliesView, RoomHistoryView, RoomPinsView, StarView, StarsView,
};

fn reaction() -> Value {
    json!({ "room_id": ROOM, "message_id": MESSAGE, "reaction": "👍" })
}

#[rustfmt::skip]
pub(super) const ACTIONS: &[Action] = &[
    action("send_message", "Send a message. The answer is the message.", of!(frame::Send => EntryView),
        || json!({ "room_id": ROOM, "text_message": "Hello", "client_id": "c-1", "after_seq": 1, "request_id": "r1" })),
    action("edit_message", "Let a message say something else.", of!(frame::Edit => ChangedView),
        || json!({ "room_id": ROOM, "message_id": MESSAGE, "text_message": "Hello again", "client_id": "c-1" })),
    action("delete_message", "Delete a message.", of!(frame::Delete => ChangedView),
        || json!({ "room_id": ROOM, "message_id": MESSAGE, "hard": true, "client_id": "c-1" })),
    action("forward_message", "Send a message into another room.", of!(frame::Forward => EntryView),
        || json!({ "room_id": ROOM, "message_id": MESSAGE, "to_room_id": OTHER_ROOM, "client_id": "c-1" })),
    action("add_reaction", "React to a message.", of!(frame::React => ChangedView), reaction),
    action("remove_reaction", "Take a reaction back.", of!(frame::React => ChangedView), reaction),
    action("pin_message", "Pin a message.", of!(frame::Pin => ChangedView),
        || json!({ "room_id": ROOM, "message_id": MESSAGE, "expires_at": "2200-01-01T00:00:00.000Z" })),
    action("unpin_message", "Take a pin back.", of!(frame::OfMessage => ChangedView), of_message),
    action("star_message", "Star a message, for oneself.", of!(frame::OfMessage => StarView), of_message),
    action("unstar_message", "Take a star back.", of!(frame::OfMessage => StarView), of_message),
    action("get_message", "Get a message.", of!(frame::OfMessage => EntryView), of_message),
    action("history", "Get messages of a room.", of!(frame::History => RoomHistoryView), page_of_room),
    action("edit_history", "Get what a message said before its edits, and says now.", of!(frame::EditHistory => MessageEditsView), of_message),
    action("list_replies", "Get the thread of a message, oldest first.", of!(frame::ListReplies => MessageRepliesView), page_of_message),
    action("list_pins", "List the pinned messages of a room, the latest pin first.", of!(frame::ListPins => RoomPinsView), room),
    action("list_stars", "List the messages that one has starred, the latest star first.", of!(frame::OwnPage => StarsView), page),
];
