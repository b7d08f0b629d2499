//! Every action, as a member, as a stranger, sent twice, and past the end of the token.

use serde_json::{Value, json};

use crate::client::Client;
use crate::rest::{From, User};
use crate::world::World;

const ACTIONS: [&str; 24] = [
    "join_room",
    "resume",
    "send_message",
    "edit_message",
    "forward_message",
    "report_message",
    "add_reaction",
    "remove_reaction",
    "pin_message",
    "unpin_message",
    "star_message",
    "unstar_message",
    "delete_message",
    "history",
    "mark_read",
    "mark_unread",
    "mark_delivered",
    "set_notification",
    "typing",
    "roster",
    "watch_presence",
    "leave_room",
    "ping",
    "reauth",
];

fn body(action: &str, room: &str, message: &str, token: &str) -> Value {
    match action {
        "resume" => json!({ "rooms": [{ "room_id": room, "after_seq": 0 }] }),
        "edit_message" => json!({ "room_id": room, "message_id": message, "text_message": "Hallo" }),
        "report_message" => json!({ "room_id": room, "message_id": message, "reason": "spam" }),
        "forward_message" => json!({ "room_id": room, "message_id": message, "to_room_id": room, "client_id": "f" }),
        "delete_message" => json!({ "room_id": room, "message_id": message }),
        "add_reaction" | "remove_reaction" => json!({ "room_id": room, "message_id": message, "reaction": "👍" }),
        "send_message" => json!({ "room_id": room, "text_message": "Hello" }),
        "pin_message" | "unpin_message" | "star_message" | "unstar_message" => {
            json!({ "room_id": room, "message_id": message })
        }
        "mark_read" | "mark_unread" | "mark_delivered" => json!({ "room_id": room, "seq": 1 }),
        "set_notification" => json!({ "room_id": room, "notification": "none" }),
        "typing" => json!({ "room_id": room, "typing": true }),
        "watch_presence" => json!({ "user_ids": ["018f4a5c-0000-7000-8000-0123456789ac"] }),
        "ping" | "list_friends" => json!({}),
        "reauth" => json!({ "token": token }),
        _ => json!({ "room_id": room }),
    }
}

/// Each action that tells others, as the first that does: whom it finds gone, it forgets.
pub(crate) async fn told(world: &World) {
    for action in [
        "send_message",
        "edit_message",
        "delete_message",
        "add_reaction",
        "pin_message",
        "mark_read",
        "typing",
    ] {
        let users = world.users(2).await;
        let room = world.room(&users).await;
        let message = message(world, &users[0], &room).await;
        let clients = world.audience(&users, &room).await;
        world
            .acked(&clients[0], action, body(action, &room, &message, ""))
            .await;
        world.acked(&clients[0], "ping", json!({})).await;
    }
}

pub(crate) async fn frames(world: &World) {
    let users = world.users(3).await;
    let room = world.room(&users[..2]).await;
    let clients = world.audience(&users[..2], &room).await;
    for client in &clients {
        every_action(world, client, &room).await;
    }
    let in_room = |more: Value| {
        let mut body = json!({ "room_id": room });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for with in [
        json!({ "text_message": "Hello", "client_id": "claimed" }),
        json!({ "text_message": "Hello", "client_id": "based", "after_seq": 1 }),
    ] {
        for duplicate in [false, true] {
            let sent = world.acked(&clients[0], "send_message", in_room(with.clone())).await;
            assert_eq!(sent["duplicate"] == true, duplicate, "{sent}");
        }
    }
    let parent = message(world, &users[0], &room).await;
    for with in [
        json!({ "text_message": "Hi", "parent_id": parent, "mentions": [users[1].id] }),
        json!({ "text_message": "Hi", "parent_id": parent, "client_id": "reply" }),
        json!({ "text_message": "Hi", "quote_id": parent }),
    ] {
        world.acked(&clients[0], "send_message", in_room(with)).await;
    }
    // In a small room others are told what is read and who types, at once.
    let next = world.connect(&users[0]).await;
    world.join(&next, &room).await;
    world.acked(&next, "mark_read", in_room(json!({ "seq": 4 }))).await;
    world.acked(&next, "mark_unread", in_room(json!({ "seq": 3 }))).await;
    world.acked(&next, "mark_delivered", in_room(json!({ "seq": 6 }))).await;
    world.acked(&next, "typing", in_room(json!({ "typing": false }))).await;
    for after in [0, 2, 900] {
        let body = in_room(json!({ "after_seq": after }));
        world.acked(&next, "join_room", body).await;
    }
    world.acked(&next, "ping", json!({})).await;

    let back = world.connect(&users[1]).await;
    world.acked(&back, "resume", body("resume", &room, "", "")).await;
    about_users(world, &users).await;
    let stranger = world.connect(&users[2]).await;
    let theirs = message(world, &users[0], &room).await;
    for action in ACTIONS {
        if ![
            "resume",
            "watch_presence",
            "leave_room",
            "unstar_message",
            "ping",
            "reauth",
        ]
        .contains(&action)
        {
            let body = body(action, &room, &theirs, "");
            world.refused(&stranger, action, body, "not_found").await;
        }
    }
    let body = body("resume", &room, "", "");
    world.acked(&stranger, "resume", body).await;
    assert_eq!(world.act(&stranger, "no_such_action", json!({})).await, Value::Null);
    for text in ["[]", "{", "{\"text\":1}"] {
        let answer = world.frame(&stranger, "default", "$default", text).await;
        assert_eq!(answer, Value::Null);
    }
    let large = format!("{{\"action\":\"send_message\",\"x\":\"{}\"}}", "x".repeat(31_000));
    let answer = world.frame(&stranger, "send_message", "send_message", &large).await;
    assert_eq!(answer["data"]["code"], "payload_too_large");
}

/// Blocks, with a direct room and without one, and a report.
async fn about_users(world: &World, users: &[User]) {
    let client = world.connect(&users[0]).await;
    let direct = json!({ "kind": "direct", "members": [users[1].id] });
    world.rest(From::User(&users[0]), "POST /room", direct, 201).await;
    for other in [&users[1], &users[2]] {
        for action in ["block_user", "unblock_user"] {
            world.acked(&client, action, json!({ "user_id": other.id })).await;
        }
        let report = json!({ "user_id": other.id, "reason": "spam" });
        world.acked(&client, "report_user", report).await;
    }
}

/// A message of this user, so far without a frame.
async fn message(world: &World, user: &User, room: &str) -> String {
    let send = format!("POST /room/{room}/message/send");
    let sent = world
        .rest(From::User(user), &send, json!({ "text_message": "Hello" }), 201)
        .await;
    sent["id"].as_str().unwrap().to_owned()
}

async fn every_action(world: &World, client: &Client, room: &str) {
    let token = world.token(&client.user.id).await;
    let message = message(world, &client.user, room).await;
    for action in ACTIONS {
        // A connection that a post found gone has no row any more: whatever needs one says so.
        let answer = world.act(client, action, body(action, room, &message, &token)).await;
        let done = answer["event"] == "ack" || answer["event"] == "pong";
        let owners = action.ends_with("pin_message") && answer["data"]["code"] == "forbidden";
        assert!(
            done || owners || answer["data"]["code"] == "unknown_connection",
            "{action}: {answer}"
        );
    }
}

/// The first token has ended: nothing goes without `reauth`, everything after it.
pub(crate) async fn expired(world: &World) {
    let user = world.user().await;
    let room = world.room(std::slice::from_ref(&user)).await;
    let short = world
        .parlour
        .signing
        .issue(&world.app, user.user_id(), world.now(), 60)
        .unwrap();
    let user = User {
        token: short.token,
        ..user
    };
    let client = world.connect(&user).await;
    world.join(&client, &room).await;
    let message = message(world, &user, &room).await;
    world.pass(120);
    for action in ACTIONS {
        if action != "reauth" {
            world
                .refused(&client, action, body(action, &room, &message, ""), "token_expired")
                .await;
        }
    }
    let token = world.token(&user.id).await;
    world.acked(&client, "reauth", json!({ "token": token })).await;
    for action in ACTIONS {
        world
            .acked(&client, action, body(action, &room, &message, &token))
            .await;
    }
}
