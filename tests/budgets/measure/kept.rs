//! Pins and stars.

use parlour_domain::access::Actor;
use parlour_domain::{MessageId, RoomId, RoomNumber, Seq, UserId};
use parlour_service::{Target, pin};
use serde_json::json;

use crate::given::{Chat, line};
use crate::world::{Measured, World};

async fn said(world: &World, chat: &Chat) -> Seq {
    let said = world.append(chat.room, chat.clients[1].user, [line()].into_iter());
    said.await.seq
}

async fn pin_one(world: &World, room: RoomNumber, seq: Seq) -> Measured {
    let actor = Actor::Backend { app: world.app.clone() };
    let target = Target {
        actor: &actor,
        room: RoomId::new(&world.app, room),
        message: MessageId::new(&world.app, room, seq),
        from: None,
    };
    let mut moment = world.moment();
    let (done, measured) = world.measure(pin::pin(&world.parlour, &mut moment, target, None)).await;
    assert!(done.unwrap().value.entry.is_some());
    measured
}

pub(crate) async fn pin_message(world: &World, connections: usize) -> Measured {
    let chat = world.chat(connections).await;
    let seq = said(world, &chat).await;
    pin_one(world, chat.room, seq).await
}

pub(crate) async fn list_pins(world: &World, pins: usize) -> Measured {
    let chat = world.chat(2).await;
    for _ in 0..pins {
        let seq = said(world, &chat).await;
        pin_one(world, chat.room, seq).await;
    }
    let path = format!("/room/{}/pin", world.id(chat.room));
    let page = world.rest("GET", &path, &world.token(chat.clients[0].user)).await;
    assert_eq!(page.answer["items"].as_array().unwrap().len(), pins);
    page
}

pub(crate) async fn star_message(world: &World) -> Measured {
    let chat = world.chat(2).await;
    let seq = said(world, &chat).await;
    let message = MessageId::new(&world.app, chat.room, seq).to_string();
    let frame = json!({ "room_id": world.id(chat.room), "message_id": message });
    world.act(&chat.clients[0], "star_message", frame).await
}

/// A user with so many stars, all in different rooms.
pub(super) async fn starred(world: &World, stars: usize) -> UserId {
    let (user, other) = (world.user().await, world.user().await);
    for _ in 0..stars {
        let room = world.room(&[user, other]).await;
        let said = world.append(room, other, [line()].into_iter()).await;
        let star = world.store().star(&world.app, user, (room, said.seq), world.now());
        star.await.unwrap();
    }
    user
}

pub(crate) async fn list_stars(world: &World, stars: usize) -> Measured {
    let user = starred(world, stars).await;
    let page = world.rest("GET", "/star", &world.token(user)).await;
    assert_eq!(page.answer["items"].as_array().unwrap().len(), stars);
    page
}
