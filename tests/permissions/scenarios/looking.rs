//! Everything that only reads, over a socket: by who may, and by who may not.

use serde_json::{Value, json};

use crate::world::World;

/// The actions that are about a room, with what each names of it beside.
fn of_room(message: &str, said: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("get_room", json!({})),
        ("list_members", json!({})),
        ("list_members", json!({ "filter": "online", "limit": 1 })),
        ("get_message", json!({ "message_id": message })),
        ("edit_history", json!({ "message_id": said })),
        ("list_replies", json!({ "message_id": said })),
        ("list_pins", json!({})),
        ("read_positions", json!({})),
        ("message_status", json!({ "message_id": said })),
        ("list_bans", json!({})),
        ("list_room_invites", json!({})),
    ]
}

pub(crate) async fn looking(world: &World) {
    let users = world.users(5).await;
    let room = world.room(&users[..2]).await;
    let clients = world.audience(&users[..2], &room).await;
    let owner = &clients[0];
    let here = |more: &Value| {
        let mut body = more.clone();
        body["room_id"] = room.as_str().into();
        body
    };
    let hello = here(&json!({ "text_message": "Hello" }));
    let message = world.acked(&clients[1], "send_message", hello.clone()).await;
    let said = world.acked(owner, "send_message", hello).await;
    let (message, said) = (message["id"].as_str().unwrap(), said["id"].as_str().unwrap());
    for (action, body) in [
        ("edit_message", json!({ "message_id": said, "text_message": "Hallo" })),
        ("send_message", json!({ "text_message": "Hi", "parent_id": said })),
        ("add_reaction", json!({ "message_id": message, "reaction": "👍" })),
        ("pin_message", json!({ "message_id": message })),
        ("star_message", json!({ "message_id": message })),
        ("ban_user", json!({ "user_id": users[2].id })),
        ("invite_user", json!({ "user_id": users[3].id })),
    ] {
        world.acked(owner, action, here(&body)).await;
    }
    world
        .acked(owner, "block_user", json!({ "user_id": users[4].id }))
        .await;
    for (action, body) in of_room(message, said) {
        world.acked(owner, action, here(&body)).await;
    }
    let others = [
        ("list_rooms", json!({})),
        ("list_rooms", json!({ "kind": "group", "unread": true })),
        ("list_rooms", json!({ "after": "joined:0" })),
        ("list_public_rooms", json!({ "name_prefix": "r" })),
        ("find_rooms", json!({ "members": [users[1].id] })),
        ("list_stars", json!({})),
        ("unread", json!({})),
        ("list_invites", json!({})),
        ("list_blocks", json!({})),
        ("get_user", json!({ "user_id": users[1].id })),
        ("get_user", json!({})),
        ("presence", json!({ "user_ids": [users[1].id, users[4].id] })),
    ];
    let (invited, stranger) = (world.connect(&users[3]).await, world.connect(&users[4]).await);
    for client in [owner, &clients[1], &invited, &stranger] {
        for (action, body) in &others {
            world.acked(client, action, body.clone()).await;
        }
    }
    for (action, body) in of_room(message, said) {
        world.refused(&stranger, action, here(&body), "not_found").await;
    }
    for action in ["list_bans", "list_room_invites"] {
        world.refused(&clients[1], action, here(&json!({})), "forbidden").await;
    }
}
