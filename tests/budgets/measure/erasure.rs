//! Erasure and export of what a user said.

use parlour_domain::UserId;
use serde_json::json;

use crate::given::line;
use crate::world::{Measured, World};

/// A user who has said so much in one room.
async fn talker(world: &World, messages: usize) -> UserId {
    let user = world.user().await;
    let room = world.room(&[user]).await;
    world.append(room, user, (0..messages).map(|_| line())).await;
    user
}

async fn begin(world: &World, user: UserId) -> Measured {
    world.rest_of_backend("POST", &format!("/user/{user}/erasure")).await
}

pub(crate) async fn start(world: &World) -> Measured {
    let user = talker(world, 1).await;
    begin(world, user).await
}

/// All of it, by the queue.
pub(crate) async fn piece(world: &World, messages: usize) -> Measured {
    let user = talker(world, messages).await;
    let begun = begin(world, user).await;
    let piece = world.tasks().await;
    let path = format!("/task/{}", begun.answer["task_id"].as_str().unwrap());
    let task = world.rest_of_backend("GET", &path).await.answer;
    assert_eq!((&task["status"], &task["messages"]), (&json!("done"), &json!(messages)));
    piece
}

/// A page of all that a user said.
pub(crate) async fn export(world: &World, messages: usize) -> Measured {
    let user = talker(world, messages).await;
    let page = world.rest_of_backend("GET", &format!("/user/{user}/export")).await;
    assert_eq!(page.answer["items"].as_array().unwrap().len(), 50);
    page
}
