//! Members who come and go, over REST.

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
        (9, &json!("moderator"))
    );
    changed
}
