//! What a connection does besides sending: joining rooms, reading, typing, pinging, ending.

use serde_json::json;

use crate::given::{Client, line};
use crate::world::{Measured, World};

pub(crate) async fn join_room(world: &World, backlog: usize, connections: usize) -> Measured {
    let chat = world.chat(connections - 1).await;
    let user = chat.clients[0].user;
    let before = world.append(chat.room, user, [line()].into_iter()).await;
    world
        .append(chat.room, user, std::iter::repeat_with(line).take(backlog))
        .await;
    let client = world.connect(user).await;
    let mut frame = json!({ "room_id": world.id(chat.room) });
    if backlog > 0 {
        frame["after_seq"] = before.seq.get().into();
    }
    let joined = world.act(&client, "join_room", frame).await;
    assert_eq!(joined.answer["items"].as_array().unwrap().len(), backlog);
    joined
}

pub(crate) async fn leave_room(world: &World) -> Measured {
    let chat = world.chat(2).await;
    let frame = json!({ "room_id": world.id(chat.room) });
    world.act(&chat.clients[0], "leave_room", frame).await
}

/// How many are told of what is told only in rooms of up to 20 connections.
pub(super) fn live(connections: usize) -> usize {
    if connections <= 20 { connections - 1 } else { 0 }
}

pub(crate) async fn mark_read(world: &World, connections: usize) -> Measured {
    let chat = world.chat(connections).await;
    let last = world
        .append(chat.room, chat.clients[1].user, [line()].into_iter())
        .await;
    let frame = json!({ "room_id": world.id(chat.room), "seq": last.seq.get() });
    let read = world.act(&chat.clients[0], "mark_read", frame).await;
    assert_eq!(read.posted.len(), live(connections));
    read
}

pub(crate) async fn typing(world: &World, connections: usize) -> Measured {
    let chat = world.chat(connections).await;
    let frame = json!({ "room_id": world.id(chat.room), "typing": true });
    let typed = world.act(&chat.clients[0], "typing", frame).await;
    assert_eq!(typed.posted.len(), live(connections));
    typed
}

/// Ten members have read and type, and the room hears of it.
pub(crate) async fn gathered(world: &World, connections: usize) -> Measured {
    let chat = world.chat(connections).await;
    let last = world
        .append(chat.room, chat.clients[10].user, [line()].into_iter())
        .await;
    world.tasks().await;
    let read = json!({ "room_id": world.id(chat.room), "seq": last.seq.get() });
    let types = json!({ "room_id": world.id(chat.room), "typing": true });
    for client in &chat.clients[..10] {
        for (action, frame) in [("mark_read", &read), ("typing", &types)] {
            world.pass_a_moment();
            world.act(client, action, frame.clone()).await;
        }
    }
    world.pass(5);
    let told = world.told_later().await;
    // Both events in one frame for each connection.
    assert_eq!((told.posted.len(), told.queued), (connections, 3));
    told
}

async fn in_rooms(world: &World, rooms: usize) -> Client {
    let user = world.user().await;
    let client = world.connect(user).await;
    for _ in 0..rooms {
        let room = world.room(&[user]).await;
        world.join(&client, room).await;
    }
    client
}

pub(crate) async fn ping(world: &World, rooms: usize) -> Measured {
    let client = in_rooms(world, rooms).await;
    world.pass(60);
    let pong = world.act(&client, "ping", json!({})).await;
    assert_eq!(pong.answer["rooms"].as_object().unwrap().len(), rooms);
    pong
}

pub(crate) async fn disconnect(world: &World, rooms: usize) -> Measured {
    let client = in_rooms(world, rooms).await;
    world.close(&client).await
}
