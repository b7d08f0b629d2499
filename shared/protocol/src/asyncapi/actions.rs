//! The actions, with the types of their frames and answers, and an example each.

use serde_json::{Value, json};

use super::example::{MESSAGE, OTHER_ROOM, ROOM, TOKEN, USER};
use super::schemas::Schemas;
use crate::frame;
use crate::view::{
    BanView, ChangedView, DeliveredView, EntryView, FriendsView, InviteView, JoinedView, MemberView, NotificationView,
    OfRoomAndUserView, OfRoomView, OfUserView, PongView, PresencesView, ReadView, ReauthView, ReportView,
    ResumedRoomsView, RoomHistoryView, RoomRosterView, RoomView, StarView,
};

/// Names a type's schema, which is kept.
type Describe = fn(&mut Schemas) -> Value;

/// An action.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    /// The frame.
    pub(super) asks: Describe,
    /// The `data` of the answer.
    pub(super) answers: Describe,
    /// A frame, without the name of the action.
    pub(super) example: fn() -> Value,
}

const fn action(
    name: &'static str,
    summary: &'static str,
    (asks, answers): (Describe, Describe),
    example: fn() -> Value,
) -> Action {
    Action {
        name,
        summary,
        asks,
        answers,
        example,
    }
}

/// What a type of a frame and a type of an answer are described by.
macro_rules! of {
    ($asks:ty => $answers:ty) => {
        (Schemas::reference::<$asks>, Schemas::reference::<$answers>)
    };
}

fn room() -> Value {
    json!({ "room_id": ROOM, "request_id": "r1" })
}

fn of_message() -> Value {
    json!({ "room_id": ROOM, "message_id": MESSAGE, "request_id": "r1" })
}

fn of_member() -> Value {
    json!({ "room_id": ROOM, "user_id": USER, "client_id": "c-1" })
}

fn of_user() -> Value {
    json!({ "user_id": USER })
}

fn up_to() -> Value {
    json!({ "room_id": ROOM, "seq": 1 })
}

fn reaction() -> Value {
    json!({ "room_id": ROOM, "message_id": MESSAGE, "reaction": "👍" })
}

/// All of them.
#[rustfmt::skip]
pub(super) const ACTIONS: &[Action] = &[
    action("join_room", "Hear of a room from here on, and get what was missed.", of!(frame::JoinRoom => JoinedView),
        || json!({ "room_id": ROOM, "after_seq": 1, "request_id": "r1" })),
    action("resume", "`join_room` for many rooms at once.", of!(frame::Resume => ResumedRoomsView),
        || json!({ "rooms": [{ "room_id": ROOM, "after_seq": 1 }] })),
    action("leave_room", "Hear no more of a room on this connection; the membership stays.", of!(frame::LeaveRoom => OfRoomView), room),
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
    action("join_public_room", "Become a member of a public room.", of!(frame::OwnMembership => MemberView), room),
    action("exit_room", "End one's own membership.", of!(frame::OwnMembership => OfRoomView), room),
    action("add_member", "Make a user a member.", of!(frame::AddMember => MemberView),
        || json!({ "room_id": ROOM, "user_id": USER, "role": "member", "client_id": "c-1" })),
    action("remove_member", "End a membership.", of!(frame::OfMember => OfRoomAndUserView), of_member),
    action("update_room", "Change a room.", of!(frame::UpdateRoom => RoomView),
        || json!({ "room_id": ROOM, "name": "Tea", "slow_mode_seconds": null, "client_id": "c-1" })),
    action("ban_user", "Keep a user out of a room.", of!(frame::MuteMember => BanView),
        || json!({ "room_id": ROOM, "user_id": USER, "expires_at": "2200-01-01T00:00:00.000Z" })),
    action("unban_user", "Take a ban back.", of!(frame::OfMember => OfRoomAndUserView), of_member),
    action("invite_user", "Invite a user to a room.", of!(frame::MuteMember => InviteView), of_member),
    action("accept_invite", "Become a member by an invite.", of!(frame::OwnMembership => MemberView), room),
    action("decline_invite", "Let an invite end.", of!(frame::OwnMembership => OfRoomView), room),
    action("set_role", "Give a member another role.", of!(frame::SetRole => MemberView),
        || json!({ "room_id": ROOM, "user_id": USER, "role": "moderator", "client_id": "c-1" })),
    action("mute_member", "Let a member write nothing for a time.", of!(frame::MuteMember => MemberView), of_member),
    action("unmute_member", "Let a member write again.", of!(frame::OfMember => MemberView), of_member),
    action("pin_message", "Pin a message.", of!(frame::Pin => ChangedView),
        || json!({ "room_id": ROOM, "message_id": MESSAGE, "expires_at": "2200-01-01T00:00:00.000Z" })),
    action("unpin_message", "Take a pin back.", of!(frame::OfMessage => ChangedView), of_message),
    action("star_message", "Star a message, for oneself.", of!(frame::OfMessage => StarView), of_message),
    action("unstar_message", "Take a star back.", of!(frame::OfMessage => StarView), of_message),
    action("history", "Get messages of a room.", of!(frame::History => RoomHistoryView),
        || json!({ "room_id": ROOM, "limit": 20 })),
    action("mark_read", "Say up to where one has read.", of!(frame::MarkReadUpTo => ReadView), up_to),
    action("mark_unread", "Take back what one has read.", of!(frame::MarkUnreadFrom => ReadView), up_to),
    action("mark_delivered", "Say up to where the client has the log.", of!(frame::MarkDeliveredUpTo => DeliveredView), up_to),
    action("set_notification", "Choose what to be notified of.", of!(frame::SetNotification => NotificationView),
        || json!({ "room_id": ROOM, "notification": "mentions" })),
    action("typing", "Say that one types, or has stopped.", of!(frame::Typing => OfRoomView),
        || json!({ "room_id": ROOM, "typing": true })),
    action("roster", "List who is connected to a room.", of!(frame::PageOfRoom => RoomRosterView),
        || json!({ "room_id": ROOM, "limit": 20 })),
    action("watch_presence", "Hear of these users' coming and going.", of!(frame::WatchPresence => PresencesView),
        || json!({ "user_ids": [USER] })),
    action("ping", "Renew the connection's lease; get the heads of the joined rooms.", of!(frame::Ping => PongView),
        || json!({ "request_id": "r1" })),
    action("block_user", "Block a user.", of!(frame::BlockUser => OfUserView), of_user),
    action("unblock_user", "Take a block back.", of!(frame::BlockUser => OfUserView), of_user),
    action("list_friends", "List one's friends.", of!(frame::ListFriends => FriendsView), || json!({ "limit": 20 })),
    action("report_message", "Report a message to the backend.", of!(frame::ReportMessage => ReportView),
        || json!({ "room_id": ROOM, "message_id": MESSAGE, "reason": "spam" })),
    action("report_user", "Report a user to the backend.", of!(frame::ReportUser => ReportView),
        || json!({ "user_id": USER, "reason": "spam", "comment": "Again and again." })),
    action("reauth", "Go on with a new token.", of!(frame::Reauth => ReauthView), || json!({ "token": TOKEN })),
];
