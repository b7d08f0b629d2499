//! Positions back and forth, receipts, what is unread, and what to notify of.

use parlour_domain::access::Actor;
use parlour_domain::{RoomNumber, UserId};
use parlour_service::unread;
use serde_json::json;

use crate::given::line;
use crate::world::{Measured, World};

/// A member whose other connection hears of it.
pub(crate) async fn mark_unread(world: &World) -> Measured {
    let chat = world.chat(2).await;
    let other = world.connect(chat.clients[0].user).await;
    let frame = json!({ "room_id": world.id(chat.room), "seq": 1 });
    let moved = world.act(&chat.clients[0], "mark_unread", frame).await;
    assert_eq!(
        (&moved.answer["read_seq"], moved.posted),
        (&json!(0), vec![other.connection])
    );
    Measured {
        posted: Vec::new(),
        ..moved
    }
}

pub(crate) async fn mark_delivered(world: &World, connections: usize) -> Measured {
    let chat = world.chat(connections).await;
    let last = world
        .append(chat.room, chat.clients[1].user, [line()].into_iter())
        .await;
    let frame = json!({ "room_id": world.id(chat.room), "seq": last.seq.get() });
    let moved = world.act(&chat.clients[0], "mark_delivered", frame).await;
    assert_eq!(moved.posted.len(), super::live::live(connections));
    moved
}

pub(crate) async fn set_notification(world: &World) -> Measured {
    let chat = world.chat(2).await;
    let frame = json!({ "room_id": world.id(chat.room), "notification": "none" });
    world.act(&chat.clients[0], "set_notification", frame).await
}

/// A group of 50 users with one message of the first.
pub(super) async fn group(world: &World) -> (RoomNumber, Vec<UserId>, String) {
    let mut users = Vec::new();
    for _ in 0..50 {
        users.push(world.user().await);
    }
    let room = world.room(&users).await;
    let said = world.append(room, users[0], [line()].into_iter()).await;
    let id = parlour_domain::MessageId::new(&world.app, room, said.seq).to_string();
    (room, users, id)
}

pub(crate) async fn positions(world: &World) -> Measured {
    let (room, users, _) = group(world).await;
    let path = format!("/room/{}/read?limit=50", world.id(room));
    let page = world.rest("GET", &path, &world.token(users[1])).await;
    assert_eq!(page.answer["items"].as_array().unwrap().len(), 50);
    page
}

pub(crate) async fn status(world: &World) -> Measured {
    let (room, users, message) = group(world).await;
    let path = format!("/room/{}/message/{message}/status", world.id(room));
    let page = world.rest("GET", &path, &world.token(users[0])).await;
    assert_eq!(page.answer["status"], "sent");
    page
}

pub(super) async fn with_unread(world: &World, members: &[UserId], rooms: usize, unread: usize) {
    let other = world.user().await;
    for _ in 0..rooms {
        let room = world.room(&[members, &[other]].concat()).await;
        world
            .append(room, other, std::iter::repeat_with(line).take(unread))
            .await;
    }
}

pub(crate) async fn unread(world: &World, rooms: usize, unread: usize) -> Measured {
    let user = world.user().await;
    with_unread(world, &[user], rooms, unread).await;
    let found = world.rest("GET", "/unread", &world.token(user)).await;
    assert_eq!(found.answer["items"].as_array().unwrap().len(), rooms);
    found
}

/// So many users, all in the same rooms.
pub(crate) async fn unread_of(world: &World, users: usize, rooms: usize, unread: usize) -> Measured {
    let mut members = Vec::new();
    for _ in 0..users {
        members.push(world.user().await);
    }
    with_unread(world, &members, rooms, unread).await;
    let backend = Actor::Backend { app: world.app.clone() };
    let (found, measured) = world
        .measure(unread::of_users(&world.parlour, &backend, &members))
        .await;
    let found = found.unwrap();
    assert_eq!((found.items.len(), found.left.len()), (users, 0));
    assert!(found.items.iter().all(|item| item.rooms == rooms));
    measured
}
