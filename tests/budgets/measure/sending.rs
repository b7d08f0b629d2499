//! Sends, and the read of a room's connections that follows them.

use std::collections::BTreeSet;

use parlour_domain::app::AppChange;
use parlour_domain::log::{Body, Draft};
use parlour_domain::rate::Quotas;
use parlour_domain::room::RoomChange;
use serde_json::json;

use crate::given::LINE;
use crate::table::How;
use crate::world::{Measured, World};

/// One message into a room with so many connections, the sender's among them.
pub(crate) async fn send(world: &World, how: How, connections: usize) -> Measured {
    world.knows_the_hook().await;
    let chat = world.chat(connections).await;
    let sender = &chat.clients[0];
    let last = world
        .append(chat.room, sender.user, [crate::given::line()].into_iter())
        .await;
    let mut frame = json!({ "room_id": world.id(chat.room), "text_message": LINE });
    if how != How::Plain {
        frame["client_id"] = "client-id-1".into();
    }
    if how == How::Base {
        frame["after_seq"] = last.seq.get().into();
    }
    let sent = world.act(sender, "send_message", frame).await;
    assert_eq!(sent.answer["text_message"], LINE, "{}", sent.answer);
    let told: BTreeSet<&str> = sent.posted.iter().map(String::as_str).collect();
    let others: BTreeSet<&str> = chat.clients[1..]
        .iter()
        .map(|client| client.connection.as_str())
        .collect();
    assert_eq!(
        (told, sent.posted.len()),
        (others, connections - 1),
        "everyone else, once"
    );
    sent
}

/// One message into a room of ten, the first that this process sees of the app in 10 s: it reads who is to be asked about it.
pub(crate) async fn first_of_the_app(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let frame = json!({ "room_id": world.id(chat.room), "text_message": LINE });
    world.act(&chat.clients[0], "send_message", frame).await
}

/// The connections alone.
pub(crate) async fn connections(world: &World, count: usize) -> Measured {
    let chat = world.chat(count).await;
    let read = world.store().subscribers(&world.app, chat.room, world.now());
    let (found, measured) = world.measure(read).await;
    assert_eq!(found.unwrap().len(), count);
    measured
}

/// One message into a room of ten in slow mode, where others wrote since.
pub(crate) async fn slow_mode(world: &World) -> Measured {
    let change = RoomChange {
        slow_mode_seconds: Some(Some(60)),
        ..RoomChange::default()
    };
    narrowed(world, change).await
}

/// One message into a room of ten that limits the messages of all and of each, where others wrote within the last minute.
pub(crate) async fn rate_limited(world: &World) -> Measured {
    let change = RoomChange {
        per_minute: Some(Some(600)),
        member_per_minute: Some(Some(60)),
        ..RoomChange::default()
    };
    narrowed(world, change).await
}

/// One message into a room of ten, of a user whose messages over all rooms are limited, and the app's too.
pub(crate) async fn counted(world: &World) -> Measured {
    let quotas = Quotas {
        user: Some(600),
        app: Some(6_000),
    };
    let change = AppChange {
        quotas: Some(quotas),
        ..AppChange::default()
    };
    assert!(world.store().change_app(&world.app, &change).await.unwrap().is_some());
    world.knows_the_hook().await;
    let chat = world.chat(10).await;
    let frame = json!({ "room_id": world.id(chat.room), "text_message": LINE });
    world.act(&chat.clients[1], "send_message", frame).await
}

async fn narrowed(world: &World, change: RoomChange) -> Measured {
    world.knows_the_hook().await;
    let chat = world.chat(10).await;
    let store = world.store();
    let before = store.room(&world.app, chat.room).await.unwrap().unwrap();
    let after = before.changed(change, world.now());
    let draft = Draft::new(&mut world.moment(), None, None, Body::room_updated(&after));
    let changed = store
        .update_room(&world.app, &before, &after, &draft, None, world.now())
        .await;
    changed.unwrap();
    let others = std::iter::repeat_with(crate::given::line).take(20);
    world.append(chat.room, chat.clients[0].user, others).await;
    let frame = json!({ "room_id": world.id(chat.room), "text_message": LINE });
    world.act(&chat.clients[1], "send_message", frame).await
}
