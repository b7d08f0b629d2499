//! Who is there, who comes and goes.

use parlour_domain::UserId;
use serde_json::json;

use crate::given::Chat;
use crate::world::{Measured, World};

/// How many hear of a user who comes or goes, in a room of so many connections without the user's.
fn told(connections: usize) -> usize {
    if connections <= 20 { connections } else { 0 }
}

/// A user connects: only the task that comes after it is measured.
pub(crate) async fn coming(world: &World) -> Measured {
    world.connect(world.user().await).await;
    world.tasks().await
}

/// A member connects and joins a room: only the task of the join is measured.
pub(crate) async fn arrival(world: &World, connections: usize) -> Measured {
    let chat = world.chat(connections - 1).await;
    let user = newcomer(world, &chat).await;
    let client = world.connect(user).await;
    world.tasks().await;
    world.join(&client, chat.room).await;
    if told(connections) == 0 {
        // Nobody is to hear of it, which the join knows already.
        return Measured::default();
    }
    let done = world.tasks().await;
    assert_eq!(done.posted.len(), connections - 1);
    done
}

/// A member's only connection ends.
pub(crate) async fn end(world: &World, connections: usize) -> Measured {
    let chat = world.chat(connections).await;
    world.tasks().await;
    world.close(&chat.clients[0]).await;
    world.pass(10);
    let done = world.tasks().await;
    assert_eq!(done.posted.len(), told(connections - 1));
    done
}

async fn newcomer(world: &World, chat: &Chat) -> UserId {
    let user = world.user().await;
    let path = format!("/room/{}/join", world.id(chat.room));
    world.rest("POST", &path, &world.token(user)).await;
    user
}

pub(super) async fn acquaintances(world: &World, count: usize) -> (UserId, Vec<UserId>) {
    let asking = world.user().await;
    let mut users = Vec::new();
    for _ in 0..count {
        let user = world.user().await;
        world.room(&[asking, user]).await;
        users.push(user);
    }
    (asking, users)
}

pub(crate) async fn watch(world: &World, count: usize) -> Measured {
    let (asking, users) = acquaintances(world, count).await;
    let client = world.connect(asking).await;
    let ids: Vec<String> = users.iter().map(ToString::to_string).collect();
    let watched = world.act(&client, "watch_presence", json!({ "user_ids": ids })).await;
    assert_eq!(watched.answer["items"].as_array().unwrap().len(), count);
    watched
}

pub(crate) async fn presence(world: &World, count: usize) -> Measured {
    let (asking, users) = acquaintances(world, count).await;
    let ids: Vec<String> = users.iter().map(ToString::to_string).collect();
    let body = json!({ "user_ids": ids });
    let found = world.rest_with("POST", "/presence", &world.token(asking), body).await;
    assert_eq!(found.answer["items"].as_array().unwrap().len(), count);
    found
}

pub(crate) async fn roster(world: &World, connections: usize) -> Measured {
    let chat = world.chat(connections).await;
    let frame = json!({ "room_id": world.id(chat.room), "limit": 50 });
    let roster = world.act(&chat.clients[0], "roster", frame).await;
    assert!(!roster.answer["items"].as_array().unwrap().is_empty());
    roster
}

pub(crate) async fn online_members(world: &World) -> Measured {
    let mut users = Vec::new();
    for _ in 0..50 {
        users.push(world.user().await);
    }
    let room = world.room(&users).await;
    world.connect(users[3]).await;
    let path = format!("/room/{}/member?filter=online&limit=50", world.id(room));
    let found = world.rest("GET", &path, &world.token(users[0])).await;
    assert_eq!(found.answer["items"].as_array().unwrap().len(), 1);
    found
}
