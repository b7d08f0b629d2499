//! The actions of the WebSocket API.

use serde_json::{Value, json};

use super::Who::{Guest, Member, Newcomer, Owner};
use super::{Operation, operation};
use crate::scene::Scene;

pub(crate) const ACTIONS: &[Operation] = &[
    operation("join_room", Guest, |scene| of_room(scene, json!({ "after_seq": 0 }))),
    operation("resume", Guest, resume).after("leave_room", Guest, room),
    operation("leave_room", Guest, room),
    operation("send_message", Guest, |scene| {
        of_room(scene, json!({ "text_message": "x", "client_id": "c" }))
    }),
    operation("send_message", Guest, |scene| {
        of_room(scene, json!({ "text_message": "x", "client_id": "c", "after_seq": 3 }))
    }),
    operation("send_message", Guest, |scene| {
        of_room(
            scene,
            json!({ "text_message": "x", "client_id": "c", "after_seq": 3, "parent_id": scene.message }),
        )
    }),
    operation("edit_message", Member, |scene| {
        of_message(scene, json!({ "text_message": "edited", "client_id": "c" }))
    }),
    operation("delete_message", Member, |scene| {
        of_message(scene, json!({ "client_id": "c" }))
    }),
    operation("delete_message", Owner, |scene| {
        of_message(scene, json!({ "client_id": "c", "hard": true }))
    }),
    operation("forward_message", Guest, |scene| {
        of_message(scene, json!({ "client_id": "c", "to_room_id": scene.direct }))
    }),
    operation("add_reaction", Guest, reaction),
    operation("remove_reaction", Guest, reaction).after("add_reaction", Guest, reaction),
    operation("set_role", Owner, |scene| {
        of_guest(scene, json!({ "role": "read_only", "client_id": "c" }))
    }),
    operation("mute_member", Owner, |scene| {
        of_guest(scene, json!({ "client_id": "c" }))
    }),
    operation("unmute_member", Owner, |scene| {
        of_guest(scene, json!({ "client_id": "c" }))
    })
    .after("mute_member", Owner, |scene| of_guest(scene, json!({}))),
    operation("join_public_room", Newcomer, |scene| {
        of_room(scene, json!({ "client_id": "c" }))
    }),
    operation("exit_room", Guest, |scene| of_room(scene, json!({ "client_id": "c" }))),
    operation("add_member", Owner, of_newcomer),
    operation("remove_member", Owner, |scene| {
        of_guest(scene, json!({ "client_id": "c" }))
    }),
    operation("update_room", Owner, |scene| {
        of_room(scene, json!({ "name": "Renamed", "public": false, "client_id": "c" }))
    }),
    operation("ban_user", Owner, |scene| of_guest(scene, json!({ "client_id": "c" }))),
    operation("unban_user", Owner, |scene| {
        of_guest(scene, json!({ "client_id": "c" }))
    })
    .after("ban_user", Owner, |scene| of_guest(scene, json!({}))),
    operation("invite_user", Owner, of_newcomer),
    operation("accept_invite", Newcomer, |scene| {
        of_room(scene, json!({ "client_id": "c" }))
    })
    .after("invite_user", Owner, |scene| {
        of_room(scene, json!({ "user_id": scene.newcomer.id() }))
    }),
    operation("decline_invite", Newcomer, room).after("invite_user", Owner, |scene| {
        of_room(scene, json!({ "user_id": scene.newcomer.id() }))
    }),
    operation("pin_message", Owner, message),
    operation("unpin_message", Owner, message).after("pin_message", Owner, message),
    operation("star_message", Guest, message),
    operation("unstar_message", Guest, message).after("star_message", Guest, message),
    operation("history", Guest, room),
    operation("mark_read", Guest, |scene| of_room(scene, json!({ "seq": 3 }))),
    operation("mark_unread", Guest, |scene| {
        of_room(scene, json!({ "seq": 2, "client_id": "c" }))
    })
    .after("mark_read", Guest, |scene| of_room(scene, json!({ "seq": 3 }))),
    operation("mark_delivered", Guest, |scene| of_room(scene, json!({ "seq": 3 }))),
    operation("set_notification", Guest, |scene| {
        of_room(scene, json!({ "notification": "none" }))
    }),
    operation("typing", Guest, |scene| of_room(scene, json!({ "typing": true }))),
    operation("roster", Guest, room),
    operation(
        "watch_presence",
        Guest,
        |scene| json!({ "user_ids": [scene.owner.id(), scene.member.id()] }),
    ),
    operation("ping", Guest, |_| json!({})),
    operation("block_user", Member, guest),
    operation("unblock_user", Member, guest).after("block_user", Member, guest),
    operation("list_friends", Member, |_| json!({})),
    operation(
        "report_user",
        Member,
        |scene| json!({ "user_id": scene.guest.id(), "reason": "spam" }),
    ),
    operation("report_message", Guest, |scene| {
        of_message(scene, json!({ "reason": "spam" }))
    }),
    operation(
        "create_room",
        Member,
        |scene| json!({ "kind": "group", "public": true, "retention_days": 3, "members": [scene.guest.id()], "client_id": "c" }),
    ),
    operation(
        "create_room",
        Guest,
        |scene| json!({ "kind": "direct", "members": [scene.newcomer.id()], "client_id": "c" }),
    ),
    operation("archive_room", Owner, |scene| {
        of_room(scene, json!({ "client_id": "c" }))
    }),
    operation("unarchive_room", Owner, |scene| {
        of_room(scene, json!({ "client_id": "c" }))
    })
    .after("archive_room", Owner, room),
    operation("truncate_room", Owner, |scene| {
        of_room(scene, json!({ "before_seq": 3, "client_id": "c" }))
    }),
    operation("delete_room", Owner, |scene| {
        of_room(scene, json!({ "client_id": "c" }))
    }),
    operation("add_members", Owner, |scene| {
        let both = [scene.guest.id(), scene.newcomer.id()];
        of_room(scene, json!({ "user_ids": both, "client_id": "c" }))
    }),
    operation("withdraw_invite", Owner, of_newcomer).after("invite_user", Owner, |scene| {
        of_room(scene, json!({ "user_id": scene.newcomer.id() }))
    }),
    operation(
        "update_profile",
        Guest,
        |_| json!({ "name": "Changed", "custom": { "a": 1 }, "client_id": "c" }),
    ),
    operation("get_room", Guest, room),
    operation("list_rooms", Guest, |_| json!({ "kind": "group" })),
    operation("list_public_rooms", Guest, |_| json!({ "name_prefix": "room" })),
    operation("find_rooms", Guest, |scene| json!({ "members": [scene.member.id()] })),
    operation("list_members", Guest, |scene| {
        of_room(scene, json!({ "filter": "online" }))
    }),
    operation("get_message", Guest, message),
    operation("edit_history", Guest, message).after("edit_message", Member, |scene| {
        of_message(scene, json!({ "text_message": "edited" }))
    }),
    operation("list_replies", Guest, message).after("send_message", Guest, |scene| {
        of_room(scene, json!({ "text_message": "reply", "parent_id": scene.message }))
    }),
    operation("list_pins", Guest, room).after("pin_message", Owner, message),
    operation("list_stars", Guest, |_| json!({})).after("star_message", Guest, message),
    operation("read_positions", Guest, room),
    operation("message_status", Member, message),
    operation("unread", Guest, |_| json!({})),
    operation("list_bans", Owner, room).after("ban_user", Owner, |scene| of_guest(scene, json!({}))),
    operation("list_room_invites", Owner, room).after("invite_user", Owner, |scene| {
        of_room(scene, json!({ "user_id": scene.newcomer.id() }))
    }),
    operation("list_invites", Newcomer, |_| json!({})).after("invite_user", Owner, |scene| {
        of_room(scene, json!({ "user_id": scene.newcomer.id() }))
    }),
    operation("list_blocks", Member, |_| json!({})).after("block_user", Member, guest),
    operation("get_user", Guest, |_| json!({})),
    operation("presence", Guest, |scene| json!({ "user_ids": [scene.owner.id()] })),
    operation("reauth", Guest, |scene| json!({ "token": scene.guest.token })),
];

/// `more`, and the room.
fn of_room(scene: &Scene, mut more: Value) -> Value {
    more["room_id"] = scene.room.as_str().into();
    more
}

fn of_message(scene: &Scene, mut more: Value) -> Value {
    more["message_id"] = scene.message.as_str().into();
    of_room(scene, more)
}

fn of_guest(scene: &Scene, mut more: Value) -> Value {
    more["user_id"] = scene.guest.id().into();
    of_room(scene, more)
}

fn of_newcomer(scene: &Scene) -> Value {
    of_room(scene, json!({ "user_id": scene.newcomer.id(), "client_id": "c" }))
}

fn room(scene: &Scene) -> Value {
    of_room(scene, json!({}))
}

fn message(scene: &Scene) -> Value {
    of_message(scene, json!({}))
}

fn reaction(scene: &Scene) -> Value {
    of_message(scene, json!({ "reaction": "👍" }))
}

fn guest(scene: &Scene) -> Value {
    json!({ "user_id": scene.guest.id() })
}

fn resume(scene: &Scene) -> Value {
    let room = |id: &str, seq: u64| json!({ "room_id": id, "after_seq": seq });
    json!({ "rooms": [room(&scene.room, 1), room(&scene.direct, 0)] })
}
