//! The actions that only read: each on what its REST route is measured on.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{kept, list, membership, presence, read_state};
use crate::given::Client;
use crate::world::{Measured, World};

/// Runs the action once.
pub(crate) async fn by_action(world: &World, action: &'static str) -> Measured {
    let (client, frame, items) = match action {
        "list_rooms" | "list_public_rooms" | "find_rooms" | "unread" => of_rooms(world, action).await,
        "list_members" | "read_positions" | "message_status" => of_members(world, action).await,
        "list_bans" | "list_room_invites" | "list_blocks" => of_others(world, action).await,
        "list_stars" => (world.connect(kept::starred(world, 20).await).await, json!({}), 20),
        "list_invites" => (world.connect(membership::invited(world, 20).await).await, json!({}), 20),
        "presence" => {
            let (asking, users) = presence::acquaintances(world, 100).await;
            (world.connect(asking).await, json!({ "user_ids": users }), 100)
        }
        _ => of_messages(world, action).await,
    };
    let found = world.act(&client, action, frame).await;
    let listed = found.answer["items"].as_array().map_or(0, Vec::len);
    assert_eq!(listed, items, "{action}: {}", found.answer);
    found
}

/// Who asks, the frame, and how many items the answer has.
type Asked = (Client, Value, usize);

async fn of_rooms(world: &World, action: &str) -> Asked {
    let user = world.user().await;
    match action {
        "list_rooms" => {
            let other = world.user().await;
            for _ in 0..20 {
                list::talk(world, user, other, 5).await;
            }
            (world.connect(user).await, json!({ "limit": 20 }), 20)
        }
        "list_public_rooms" => {
            for _ in 0..60 {
                world.room(&[user]).await;
            }
            let frame = json!({ "limit": 50, "name_prefix": "Ro" });
            (world.connect(user).await, frame, 50)
        }
        "find_rooms" => {
            let (user, members, _) = list::of_three(world, 200).await;
            (world.connect(user).await, json!({ "members": members }), 1)
        }
        _ => {
            read_state::with_unread(world, &[user], 20, 5).await;
            (world.connect(user).await, json!({}), 20)
        }
    }
}

async fn of_members(world: &World, action: &str) -> Asked {
    let (room, users, message) = read_state::group(world).await;
    let client = world.connect(users[0]).await;
    let room = world.id(room);
    match action {
        // All but the sender.
        "message_status" => (
            client,
            json!({ "room_id": room, "message_id": message, "limit": 50 }),
            49,
        ),
        _ => (client, json!({ "room_id": room, "limit": 50 }), 50),
    }
}

async fn of_others(world: &World, action: &str) -> Asked {
    let chat = world.chat(2).await;
    let (room, owner) = (world.id(chat.room), chat.clients[0].clone());
    let done = match action {
        "list_bans" => "ban_user",
        "list_room_invites" => "invite_user",
        _ => "block_user",
    };
    for _ in 0..10 {
        let user = world.user().await;
        let frame = if done == "block_user" {
            json!({ "user_id": user })
        } else {
            json!({ "room_id": room, "user_id": user })
        };
        world.act(&owner, done, frame).await;
    }
    let frame = if done == "block_user" {
        json!({})
    } else {
        json!({ "room_id": room })
    };
    (owner, frame, 10)
}

/// The owner asks about a message of the other.
async fn of_messages(world: &World, action: &str) -> Asked {
    let chat = world.chat(2).await;
    let (room, asking, other) = (world.id(chat.room), chat.clients[0].clone(), &chat.clients[1]);
    let send = |text: String, parent: Option<&str>| {
        let mut frame = json!({ "room_id": room, "text_message": text });
        if let Some(parent) = parent {
            frame["parent_id"] = parent.into();
        }
        frame
    };
    let first = world.act(other, "send_message", send("first".to_owned(), None)).await;
    let message = first.answer["id"].as_str().unwrap();
    let of_message = json!({ "room_id": room, "message_id": message });
    match action {
        "edit_history" => {
            for number in 0..5 {
                let mut frame = of_message.clone();
                frame["text_message"] = format!("edit {number}").into();
                world.act(other, "edit_message", frame).await;
            }
            (asking, of_message, 6)
        }
        "list_replies" => {
            for number in 0..20 {
                let frame = send(format!("reply {number}"), Some(message));
                world.act(other, "send_message", frame).await;
            }
            (asking, of_message, 20)
        }
        "list_pins" => {
            for number in 0..10 {
                let said = world.act(other, "send_message", send(number.to_string(), None)).await;
                let frame = json!({ "room_id": room, "message_id": said.answer["id"] });
                world.act(&asking, "pin_message", frame).await;
            }
            (asking, json!({ "room_id": room }), 10)
        }
        "get_message" => (asking, of_message, 0),
        "get_user" => (asking, json!({ "user_id": other.user }), 0),
        _ => (asking, json!({ "room_id": room }), 0),
    }
}

/// The first frame of what is unread in more rooms than fit one; the frames together have each room once.
pub(crate) async fn unread_in_frames(world: &World, rooms: usize) -> Measured {
    let user = world.user().await;
    read_state::with_unread(world, &[user], rooms, 1).await;
    let client = world.connect(user).await;
    let ids = |frame: &Measured| -> Vec<String> {
        let items = frame.answer["items"].as_array().unwrap().iter();
        items.map(|item| item["room_id"].as_str().unwrap().to_owned()).collect()
    };
    let first = world.act(&client, "unread", json!({})).await;
    assert!(first.answer["next"].is_string(), "not all fit: {}", first.answer);
    let after = json!({ "after": first.answer["next"] });
    let second = world.act(&client, "unread", after).await;
    assert_eq!(second.answer["next"], Value::Null);
    let (one, two) = (ids(&first), ids(&second));
    let sum = json!({ "count": two.len(), "more": false });
    assert_eq!(second.answer["unread"], sum, "of the rooms of this frame");
    let all: BTreeSet<&String> = one.iter().chain(&two).collect();
    assert_eq!((all.len(), one.len() + two.len()), (rooms, rooms));
    first
}
