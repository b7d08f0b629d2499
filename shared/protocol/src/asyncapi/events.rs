//! The events, with the type of their `data`.

use serde_json::Value;

use super::schemas::Schemas;
use crate::view::{
    AddedView, ComesOrGoesView, DeliveredView, EntryView, HelloView, InviteView, NotificationView, PresenceView,
    ReadNotice, ReadView, ReceiptsView, RemovedView, StarView, TypingUsersView, TypingView,
};

/// An event.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) data: fn(&mut Schemas) -> Value,
    /// Whether it is an entry of a room's log, whose `type` is the event's name.
    pub(super) is_entry: bool,
}

const fn entry(name: &'static str, summary: &'static str) -> Event {
    Event {
        name,
        summary,
        data: Schemas::reference::<EntryView>,
        is_entry: true,
    }
}

const fn event(name: &'static str, summary: &'static str, data: fn(&mut Schemas) -> Value) -> Event {
    Event {
        name,
        summary,
        data,
        is_entry: false,
    }
}

/// All but `batch`, which is several of these.
#[rustfmt::skip]
pub(super) const EVENTS: &[Event] = &[
    entry("new_message", "A message was sent."),
    entry("message_edited", "A message says something else; what, in rooms whose history begins with the joining, only the message itself says."),
    entry("message_deleted", "A message is deleted."),
    entry("reaction_added", "Somebody reacted to a message."),
    entry("reaction_removed", "Somebody took a reaction back."),
    entry("message_pinned", "A message is pinned."),
    entry("message_unpinned", "A message is pinned no more."),
    entry("messages_erased", "What a user said is erased, up to this entry."),
    entry("room_created", "The first entry of a room."),
    entry("room_updated", "Name, custom data or settings of the room changed."),
    entry("room_archived", "Nobody may write into the room any more."),
    entry("room_unarchived", "The room may be written into again."),
    entry("room_truncated", "Entries before `oldest_seq` are gone."),
    entry("room_deleted", "The last entry of a room."),
    entry("member_joined", "The room has a new member."),
    entry("members_added", "The room has several new members."),
    entry("member_left", "The room has a member less."),
    entry("role_changed", "A member has another role."),
    entry("member_muted", "A member may not write for a time."),
    entry("member_unmuted", "A member may write again."),
    event("typing", "A member types, or has stopped; in rooms of up to 20 connections.", Schemas::reference::<TypingView>),
    event("typing_users", "Who types, and who has stopped; in rooms of 21 to 100 connections.", Schemas::reference::<TypingUsersView>),
    event("read", "A member has read on; in rooms of up to 20 connections.", Schemas::reference::<ReadNotice>),
    event("delivered", "A member's client has more of the log; in rooms of up to 20 connections.", Schemas::reference::<DeliveredView>),
    event("receipts", "Positions that have moved; in rooms of 21 to 100 connections.", Schemas::reference::<ReceiptsView>),
    event("unread_changed", "Another connection of the user moved the read position.", Schemas::reference::<ReadView>),
    event("notification_changed", "Another connection of the user chose what to be notified of.", Schemas::reference::<NotificationView>),
    event("message_starred", "Another connection of the user starred a message.", Schemas::reference::<StarView>),
    event("message_unstarred", "Another connection of the user took a star back.", Schemas::reference::<StarView>),
    event("presence", "A watched user came or went.", Schemas::reference::<PresenceView>),
    event("user_connected", "A user has a connection in the room; in rooms of up to 20 connections.", Schemas::reference::<ComesOrGoesView>),
    event("user_disconnected", "A user has no connection in the room any more; in rooms of up to 20 connections.", Schemas::reference::<ComesOrGoesView>),
    event("added_to_room", "The user is a member of a room from here on.", Schemas::reference::<AddedView>),
    event("removed_from_room", "The user is no member of a room any more.", Schemas::reference::<RemovedView>),
    event("invited_to_room", "The user is invited to a room.", Schemas::reference::<InviteView>),
    event("hello", "What the connection is; the first event, if `hello=1` asked for it.", Schemas::reference::<HelloView>),
];
