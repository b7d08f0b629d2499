//! Members who come and go, over REST and over a socket.

use parlour_domain::UserId;
use parlour_domain::invite::Invite;
use serde_json::json;

use crate::world::{Measured, World};

/// A user joins a public room of ten connections.
pub(crate) async fn add(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let token = world.token(world.user().await);
    let path = format!("/room/{}/join", world.id(chat.room));
    let joined = world.rest("POST", &path, &token).await;
    assert_eq!(joined.posted.len(), 10);
    joined
}

/// A member with one connection is removed; everyone else is told.
pub(crate) async fn remove(world: &World, connections: usize) -> Measured {
    let chat = world.chat(connections).await;
    let leaving = &chat.clients[1];
    let path = format!("/room/{}/member/{}", world.id(chat.room), leaving.user);
    let removed = world.rest("DELETE", &path, &world.token(leaving.user)).await;
    assert_eq!(removed.posted.len(), connections - 1);
    assert!(!removed.posted.contains(&leaving.connection), "told of what came after");
    removed
}

/// A member leaves a group of ten.
pub(crate) async fn leave(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let path = format!("/room/{}/leave", world.id(chat.room));
    world.rest("POST", &path, &world.token(chat.clients[1].user)).await
}

/// The owner of a room of ten makes someone a moderator.
pub(crate) async fn set_role(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let frame = json!({ "room_id": world.id(chat.room), "user_id": chat.clients[1].user, "role": "moderator" });
    let changed = world.act(&chat.clients[0], "set_role", frame).await;
    assert_eq!(
        (changed.posted.len(), &changed.answer["role"]),
        (10, &json!("moderator"))
    );
    changed
}

/// A user joins a public room of ten connections over a socket.
pub(crate) async fn join_public_room(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let visitor = world.connect(world.user().await).await;
    let joined = world
        .act(&visitor, "join_public_room", json!({ "room_id": world.id(chat.room) }))
        .await;
    assert_eq!(joined.posted.len(), 10);
    joined
}

/// A member leaves a room of ten connections over a socket.
pub(crate) async fn exit_room(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let left = world
        .act(&chat.clients[1], "exit_room", json!({ "room_id": world.id(chat.room) }))
        .await;
    assert_eq!(left.posted.len(), 9);
    left
}

/// The owner of a room of ten bans a member.
pub(crate) async fn ban_user(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let frame = json!({ "room_id": world.id(chat.room), "user_id": chat.clients[1].user });
    let banned = world.act(&chat.clients[0], "ban_user", frame).await;
    assert_eq!(banned.posted.len(), 9);
    banned
}

/// The owner of a room of ten gives it another name.
pub(crate) async fn update_room(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let frame = json!({ "room_id": world.id(chat.room), "name": "another" });
    let changed = world.act(&chat.clients[0], "update_room", frame).await;
    assert_eq!((changed.posted.len(), &changed.answer["name"]), (10, &json!("another")));
    changed
}

/// The owner of a room of ten invites a user.
pub(crate) async fn invite_user(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let user = world.user().await;
    let frame = json!({ "room_id": world.id(chat.room), "user_id": user });
    let invited = world.act(&chat.clients[0], "invite_user", frame).await;
    assert_eq!(invited.answer["user_id"], user.to_string());
    invited
}

/// A user becomes a member of a room of ten connections by an invite.
pub(crate) async fn accept_invite(world: &World) -> Measured {
    let chat = world.chat(10).await;
    let user = world.user().await;
    let invite = Invite::new(user, None, world.now(), None);
    let put = world.store().put_invite(&world.app, chat.room, &invite, None);
    put.await.unwrap();
    let visitor = world.connect(user).await;
    let joined = world
        .act(&visitor, "accept_invite", json!({ "room_id": world.id(chat.room) }))
        .await;
    assert_eq!(joined.posted.len(), 10);
    joined
}

/// A user with so many invites.
pub(super) async fn invited(world: &World, invites: usize) -> UserId {
    let (user, other) = (world.user().await, world.user().await);
    for _ in 0..invites {
        let room = world.room(&[other]).await;
        let invite = Invite::new(user, None, world.now(), None);
        let put = world.store().put_invite(&world.app, room, &invite, None);
        put.await.unwrap();
    }
    user
}

/// A user with so many invites lists them.
pub(crate) async fn own_invites(world: &World, invites: usize) -> Measured {
    let user = invited(world, invites).await;
    let page = world.rest("GET", "/invite", &world.token(user)).await;
    assert_eq!(page.answer["items"].as_array().unwrap().len(), invites);
    page
}
