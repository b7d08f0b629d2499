//! The WebSocket actions: a valid frame each, and what each visitor gets for it. Who has no user token gets no connection.

use serde_json::{Value, json};

use super::World;

/// Who can have a connection: a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visitor {
    /// A user of another app.
    OtherUser,
    /// A user of the app who was never a member.
    Stranger,
    /// A member who was removed while connected and joined.
    Removed,
    /// A member.
    Member,
    /// The owner.
    Owner,
}

impl Visitor {
    /// In the order of the columns.
    pub(crate) const ALL: [Self; 5] = [
        Self::OtherUser,
        Self::Stranger,
        Self::Removed,
        Self::Member,
        Self::Owner,
    ];

    /// Whether it is in the room.
    pub(crate) fn is_member(self) -> bool {
        matches!(self, Self::Member | Self::Owner)
    }
}

/// An action and a frame of it.
pub(crate) struct Action {
    pub(crate) name: &'static str,
    /// Every field of the frame but `action`, each valid; the token is the visitor's own.
    pub(crate) fields: fn(&World, &str) -> Value,
    /// The fields that must be there.
    pub(crate) required: &'static [&'static str],
    /// By visitor: the answer's event, or the code of the refusal.
    pub(crate) expected: [&'static str; 5],
}

const fn action(
    name: &'static str,
    fields: fn(&World, &str) -> Value,
    required: &'static [&'static str],
    expected: [&'static str; 5],
) -> Action {
    Action {
        name,
        fields,
        required,
        expected,
    }
}

const NOT: &str = "not_found";

#[rustfmt::skip]
pub(crate) const ACTIONS: &[Action] = &[
    //                                                             otherUser stranger removed member  owner
    action("join_room", join, &["room_id"],                        [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("resume", resume, &["rooms"],                           ["ack",   "ack",   "ack",  "ack",  "ack"]),
    action("send_message", send, &["room_id", "text_message"],     [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("edit_message", edit, &["room_id", "message_id"],       [NOT,     NOT,     NOT,    "ack",  "forbidden"]),
    action("delete_message", delete, &["room_id", "message_id"],   [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("forward_message", forward, &["room_id", "message_id", "to_room_id"],
                                                                   [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("add_reaction", react, &["room_id", "message_id", "reaction"],
                                                                   [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("remove_reaction", react, &["room_id", "message_id", "reaction"],
                                                                   [NOT,     NOT,     NOT,    "ack",  "ack"]),
    // The room is private: only who is in it already may say so again.
    action("join_public_room", own, &["room_id"],                  [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("exit_room", exit, &["room_id"],                        [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("add_member", add, &["room_id", "user_id"],             [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("remove_member", remove, &["room_id", "user_id"],       [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("update_room", update, &["room_id"],                    [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("ban_user", ban, &["room_id", "user_id"],               [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    // The guest is not banned.
    action("unban_user", unban, &["room_id", "user_id"],           [NOT,     NOT,     NOT,    "forbidden", NOT]),
    action("invite_user", invite, &["room_id", "user_id"],         [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    // Nobody is invited; who is a member already stays one.
    action("accept_invite", accept, &["room_id"],                  [NOT,     NOT,     NOT,    "ack",  "ack"]),
    // Whether there was an invite is not told.
    action("decline_invite", decline, &["room_id"],                [NOT,     "ack",   "ack",  "ack",  "ack"]),
    action("set_role", role, &["room_id", "user_id", "role"],      [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("mute_member", mute, &["room_id", "user_id"],           [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("unmute_member", guest, &["room_id", "user_id"],        [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("pin_message", pin, &["room_id", "message_id"],         [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("unpin_message", of_message, &["room_id", "message_id"], [NOT,    NOT,     NOT,    "forbidden", "ack"]),
    action("star_message", of_message, &["room_id", "message_id"], [NOT,     NOT,     NOT,    "ack",  "ack"]),
    // Ends what is the user's own, which is nothing: whether the message exists is not told.
    action("unstar_message", of_message, &["room_id", "message_id"],
                                                                   [NOT,     "ack",   "ack",  "ack",  "ack"]),
    action("history", history, &["room_id"],                       [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("mark_read", read, &["room_id", "seq"],                 [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("mark_unread", unread, &["room_id", "seq"],             [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("mark_delivered", read, &["room_id", "seq"],            [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("set_notification", notification, &["room_id", "notification"],
                                                                   [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("typing", typing, &["room_id", "typing"],               [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("roster", room, &["room_id"],                           [NOT,     NOT,     NOT,    "ack",  "ack"]),
    // Whom one shares no room with is left out.
    action("watch_presence", watch, &["user_ids"],                 ["ack",   "ack",   "ack",  "ack",  "ack"]),
    // Ends what this connection hears, which is nothing: whether the room exists is not told.
    action("leave_room", room, &["room_id"],                       [NOT,     "ack",   "ack",  "ack",  "ack"]),
    action("block_user", user, &["user_id"],                       [NOT,     "ack",   "ack",  "ack",  "ack"]),
    action("unblock_user", user, &["user_id"],                     [NOT,     "ack",   "ack",  "ack",  "ack"]),
    action("list_friends", friends, &[],                           ["ack",   "ack",   "ack",  "ack",  "ack"]),
    action("report_user", report_user, &["user_id", "reason"],     [NOT,     "ack",   "ack",  "ack",  "ack"]),
    action("report_message", report_message, &["room_id", "message_id", "reason"],
                                                                   [NOT,     NOT,     NOT,    "ack",  "ack"]),
    // The newcomer is no user of the other app.
    action("create_room", new_room, &["kind"],                     ["invalid_input", "ack", "ack", "ack", "ack"]),
    action("archive_room", archive, &["room_id"],                  [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("unarchive_room", unarchive, &["room_id"],              [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("truncate_room", truncate, &["room_id", "before_seq"],  [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("delete_room", delete_room, &["room_id"],               [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("add_members", add_several, &["room_id", "user_ids"],   [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    // The guest is not invited.
    action("withdraw_invite", withdraw, &["room_id", "user_id"],   [NOT,     NOT,     NOT,    "forbidden", NOT]),
    action("update_profile", profile, &[],                         ["ack",   "ack",   "ack",  "ack",  "ack"]),
    action("get_room", room, &["room_id"],                         [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("list_rooms", rooms, &[],                               ["ack",   "ack",   "ack",  "ack",  "ack"]),
    action("list_public_rooms", public_rooms, &[],                 ["ack",   "ack",   "ack",  "ack",  "ack"]),
    // Of another app's user there are none.
    action("find_rooms", find, &["members"],                       ["ack",   "ack",   "ack",  "ack",  "ack"]),
    action("list_members", members, &["room_id"],                  [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("get_message", of_message, &["room_id", "message_id"],  [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("edit_history", edits, &["room_id", "message_id"],      [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("list_replies", replies, &["room_id", "message_id"],    [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("list_pins", pins, &["room_id"],                        [NOT,     NOT,     NOT,    "ack",  "ack"]),
    action("list_stars", stars, &[],                               ["ack",   "ack",   "ack",  "ack",  "ack"]),
    action("read_positions", page, &["room_id"],                   [NOT,     NOT,     NOT,    "ack",  "ack"]),
    // Of the member's message.
    action("message_status", status, &["room_id", "message_id"],   [NOT,     NOT,     NOT,    "ack",  "forbidden"]),
    action("unread", after_joining, &[],                           ["ack",   "ack",   "ack",  "ack",  "ack"]),
    action("list_bans", page, &["room_id"],                        [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("list_room_invites", page, &["room_id"],                [NOT,     NOT,     NOT,    "forbidden", "ack"]),
    action("list_invites", own_invites, &[],                       ["ack",   "ack",   "ack",  "ack",  "ack"]),
    action("list_blocks", blocks, &[],                             ["ack",   "ack",   "ack",  "ack",  "ack"]),
    action("get_user", user, &[],                                  [NOT,     "ack",   "ack",  "ack",  "ack"]),
    // Whom one shares no room with is left out.
    action("presence", watch, &["user_ids"],                       ["ack",   "ack",   "ack",  "ack",  "ack"]),
    action("ping", nothing, &[],                                   ["pong",  "pong",  "pong", "pong", "pong"]),
    action("reauth", reauth, &["token"],                           ["ack",   "ack",   "ack",  "ack",  "ack"]),
];

/// Those that leave nothing behind, whoever does them.
pub(crate) const READING: &[&str] = &[
    "history",
    "roster",
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
];

fn room(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room })
}

fn join(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "after_seq": 0 })
}

fn resume(world: &World, _: &str) -> Value {
    json!({ "rooms": [{ "room_id": world.room, "after_seq": 0 }] })
}

fn send(world: &World, _: &str) -> Value {
    json!({
        "room_id": world.room, "text_message": "sent", "client_id": "c-1", "after_seq": 1, "custom": { "a": 1 },
        "subject": "Lunch", "priority": "high", "label": "order.update", "status": "open", "mentions": [],
        "attachments": [], "quote_id": world.message,
    })
}

fn edit(world: &World, _: &str) -> Value {
    json!({
        "room_id": world.room, "message_id": world.message, "client_id": "c-2", "text_message": "edited",
        "custom": { "b": 2 }, "subject": "Dinner", "status": "done", "mentions": [],
    })
}

fn delete(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "message_id": world.message, "client_id": "c-3", "hard": true })
}

fn forward(world: &World, _: &str) -> Value {
    json!({
        "room_id": world.room, "message_id": world.message, "to_room_id": world.room, "client_id": "c-4", "after_seq": 1,
    })
}

fn react(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "message_id": world.message, "reaction": "👍" })
}

fn own(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "client_id": "c-20" })
}

fn exit(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "client_id": format!("exit-{}", world.room) })
}

fn add(world: &World, _: &str) -> Value {
    json!({
        "room_id": world.room, "user_id": world.cast.newcomer.id, "role": "read_only", "client_id": "c-22",
    })
}

fn remove(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "user_id": world.guest.id, "client_id": "c-23" })
}

fn update(world: &World, _: &str) -> Value {
    json!({
        "room_id": world.room, "name": "Renamed", "custom": { "b": 2 }, "public": false, "slow_mode_seconds": 30,
        "max_message_bytes": 500, "send": "moderators", "retention_days": 30, "messages_per_minute": 60,
        "member_messages_per_minute": 20, "client_id": "c-24",
    })
}

fn ban(world: &World, _: &str) -> Value {
    json!({
        "room_id": world.room, "user_id": world.guest.id, "expires_at": "2999-12-31T23:59:59Z", "client_id": "c-25",
    })
}

fn unban(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "user_id": world.guest.id, "client_id": "c-26" })
}

fn invite(world: &World, _: &str) -> Value {
    json!({
        "room_id": world.room, "user_id": world.cast.newcomer.id, "expires_at": "2999-12-31T23:59:59Z",
        "client_id": "c-27",
    })
}

fn accept(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "client_id": "c-28" })
}

fn decline(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "client_id": "c-29" })
}

fn role(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "user_id": world.guest.id, "role": "moderator", "client_id": "c-role" })
}

fn mute(world: &World, _: &str) -> Value {
    json!({
        "room_id": world.room, "user_id": world.guest.id, "expires_at": "2999-12-31T23:59:59Z", "client_id": "c-mute",
    })
}

fn guest(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "user_id": world.guest.id, "client_id": "c-unmute" })
}

fn pin(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "message_id": world.message, "expires_at": "2200-01-01T00:00:00Z" })
}

fn of_message(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "message_id": world.message })
}

fn history(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "before_seq": 9, "limit": 5 })
}

fn read(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "seq": 1 })
}

fn unread(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "seq": 1, "client_id": "c-4" })
}

fn notification(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "notification": "mentions" })
}

fn typing(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "typing": true })
}

fn friends(_: &World, _: &str) -> Value {
    json!({ "after": "000000000000001.0000000000000001", "limit": 5 })
}

fn user(world: &World, _: &str) -> Value {
    json!({ "user_id": world.guest.id })
}

fn report_user(world: &World, _: &str) -> Value {
    json!({ "user_id": world.guest.id, "reason": "spam", "comment": "again" })
}

fn report_message(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "message_id": world.message, "reason": "spam", "comment": "again" })
}

fn watch(world: &World, _: &str) -> Value {
    json!({ "user_ids": [world.guest.id] })
}

/// Of the newcomer, whose rooms nobody looks at.
fn new_room(world: &World, _: &str) -> Value {
    json!({
        "kind": "group", "name": "New", "members": [world.cast.newcomer.id], "public": false, "history": "all",
        "custom": { "a": 1 }, "slow_mode_seconds": 30, "max_message_bytes": 500, "send": "all", "retention_days": 30,
        "messages_per_minute": 60, "member_messages_per_minute": 20, "client_id": "c-30",
    })
}

fn archive(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "client_id": "c-31" })
}

fn unarchive(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "client_id": "c-32" })
}

fn truncate(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "before_seq": 2, "client_id": "c-33" })
}

fn delete_room(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "client_id": "c-34" })
}

fn add_several(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "user_ids": [world.cast.newcomer.id], "client_id": "c-35" })
}

fn withdraw(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "user_id": world.guest.id, "client_id": "c-36" })
}

fn profile(_: &World, _: &str) -> Value {
    json!({
        "name": "Changed", "avatar_url": "https://a.example/b.png", "custom": { "b": 2 }, "client_id": "c-37",
    })
}

fn nothing(_: &World, _: &str) -> Value {
    json!({})
}

fn reauth(_: &World, token: &str) -> Value {
    json!({ "token": token })
}

fn rooms(_: &World, _: &str) -> Value {
    json!({
        "limit": 5, "after": "1700000000000.1", "kind": "group", "unread": true, "name_prefix": "a", "online": true,
    })
}

/// The place of room 1, if its name is "a".
fn public_rooms(_: &World, _: &str) -> Value {
    json!({ "limit": 5, "after": "YQkwMDAwMDAwMDAwMDAwMDE", "name_prefix": "a" })
}

fn find(world: &World, _: &str) -> Value {
    json!({ "members": [world.guest.id] })
}

fn members(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "limit": 5, "after": world.guest.id, "filter": "online" })
}

fn page(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "limit": 5, "after": world.guest.id })
}

fn edits(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "message_id": world.message, "after": 1 })
}

fn replies(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "message_id": world.message, "after_seq": 1, "limit": 5 })
}

fn pins(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "after": "1700000000000.1" })
}

fn stars(_: &World, _: &str) -> Value {
    json!({ "limit": 5, "after": "1700000000000.1.1" })
}

fn status(world: &World, _: &str) -> Value {
    json!({ "room_id": world.room, "message_id": world.message, "limit": 5, "after": world.guest.id })
}

fn after_joining(_: &World, _: &str) -> Value {
    json!({ "after": "000001700000000#1" })
}

fn own_invites(_: &World, _: &str) -> Value {
    json!({ "limit": 5, "after": "000001700000000#1" })
}

fn blocks(world: &World, _: &str) -> Value {
    json!({ "limit": 5, "after": world.guest.id })
}
