//! Actions on what is read, and on what to be notified of.

use serde_json::{Value, json};

use super::super::example::ROOM;
use super::super::schemas::Schemas;
use super::{Action, action, of, page_of_message, page_of_room};
use crate::frame;
use crate::view::{DeliveredView, NotificationView, ReadView, RoomPositionsView, StatusView};

fn up_to() -> Value {
    json!({ "room_id": ROOM, "seq": 1 })
}

#[rustfmt::skip]
pub(super) const ACTIONS: &[Action] = &[
    action("mark_read", "Say up to where one has read.", of!(frame::MarkReadUpTo => ReadView), up_to),
    action("mark_unread", "Take back what one has read.", of!(frame::MarkUnreadFrom => ReadView), up_to),
    action("mark_delivered", "Say up to where the client has the log.", of!(frame::MarkDeliveredUpTo => DeliveredView), up_to),
    action("read_positions", "List how far the members of a room have read, by user id.", of!(frame::PageOfRoom => RoomPositionsView), page_of_room),
    action("message_status", "Get how far a message of one's own has come.", of!(frame::MessageStatus => StatusView), page_of_message),
    action("set_notification", "Choose what to be notified of.", of!(frame::SetNotification => NotificationView),
        || json!({ "room_id": ROOM, "notification": "mentions" })),
];
