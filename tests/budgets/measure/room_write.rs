//! Rooms that are made, archived, truncated and deleted over a socket, and what else only REST had.

use parlour_domain::UserId;
use parlour_domain::invite::Invite;
use serde_json::json;

use crate::given::line;
use crate::world::{Measured, World};

async fn users(world: &World, count: usize) -> Vec<UserId> {
    let mut users = Vec::with_capacity(count);
    for _ in 0..count {
        users.push(world.user().await);
    }
    users
}

/// A user makes a group of ten.
pub(crate) async fn create(world: &World) -> Measured {
    let creator = world.connect(world.user().await).await;
    let frame = json!({ "kind": "group", "name": "new", "members": users(world, 9).await });
    let made = world.act(&creator, "create_room", frame).await;
    assert_eq!(made.answer["member_count"], 10);
    made
}

/// The owner of a public room of ten archives it.
pub(crate) async fn archive(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let frame = json!({ "room_id": world.id(chat.room) });
    let archived = world.act(&chat.clients[0], "archive_room", frame).await;
    assert_eq!(
        (archived.posted.len(), &archived.answer["archived"]),
        (10, &json!(true))
    );
    archived
}

/// The owner of a room of ten takes away what stands before the last of ten messages.
pub(crate) async fn truncate(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let lines = (0..10).map(|_| line());
    let last = world.append(chat.room, chat.clients[0].user, lines).await;
    let frame = json!({ "room_id": world.id(chat.room), "before_seq": last.seq.get() });
    let cut = world.act(&chat.clients[0], "truncate_room", frame).await;
    assert_eq!(
        (cut.posted.len(), &cut.answer["oldest_seq"]),
        (10, &json!(last.seq.get()))
    );
    cut
}

/// The owner of a room of ten deletes it.
pub(crate) async fn delete(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let frame = json!({ "room_id": world.id(chat.room) });
    let deleted = world.act(&chat.clients[0], "delete_room", frame).await;
    assert_eq!(deleted.posted.len(), 10);
    deleted
}

/// The owner of a room of ten adds ten more.
pub(crate) async fn add_members(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let frame = json!({ "room_id": world.id(chat.room), "user_ids": users(world, 10).await });
    let added = world.act(&chat.clients[0], "add_members", frame).await;
    assert_eq!(
        (added.posted.len(), added.answer["added"].as_array().unwrap().len()),
        (10, 10)
    );
    added
}

/// The owner of a room takes an invite back.
pub(crate) async fn withdraw_invite(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let user = world.user().await;
    let invite = Invite::new(user, None, world.now(), None);
    let put = world.store().put_invite(&world.app, chat.room, &invite, None);
    put.await.unwrap();
    let frame = json!({ "room_id": world.id(chat.room), "user_id": user });
    world.act(&chat.clients[0], "withdraw_invite", frame).await
}

/// A user takes another name.
pub(crate) async fn update_profile(world: &World) -> Measured {
    let client = world.connect(world.user().await).await;
    let changed = world.act(&client, "update_profile", json!({ "name": "Another" })).await;
    assert_eq!(changed.answer["name"], "Another");
    changed
}
