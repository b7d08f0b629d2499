//! All that a user said is erased: by the queue, and where that takes nothing, by `sweep`.

use serde_json::{Value, json};

use crate::rest::{From, User};
use crate::world::World;

/// Something of every kind by the first of these users.
async fn traces(world: &World, users: &[User], room: &str, reported: u16) {
    let user = From::User(&users[0]);
    let send = format!("POST /room/{room}/message/send");
    let said = world.rest(user, &send, json!({ "text_message": "one" }), 201).await;
    let message = format!("/room/{room}/message/{}", said["id"].as_str().unwrap());
    let edit = json!({ "text_message": "two" });
    world.rest(user, &format!("PATCH {message}"), edit, 200).await;
    let reaction = format!("PUT {message}/reaction/ok");
    world.rest(user, &reaction, Value::Null, 200).await;
    world.rest(user, &format!("PUT {message}/star"), Value::Null, 200).await;
    let why = json!({ "reason": "spam", "comment": "again" });
    let report = format!("POST /user/{}/report", users[1].id);
    world.rest(user, &report, why, reported).await;
    let block = format!("PUT /block/{}", users[1].id);
    world.rest(user, &block, Value::Null, 204).await;
}

/// The task is done, after a minute at the latest.
async fn done(world: &World, task: &Value) {
    for _ in 0..2 {
        world.fan_out().await;
    }
    world.pass(120);
    world.sweep().await;
    let what = format!("GET /task/{}", task["task_id"].as_str().unwrap());
    let task = world.rest(From::Backend, &what, Value::Null, 200).await;
    assert_eq!(
        (&task["status"], &task["messages"]),
        (&json!("done"), &json!(1)),
        "{task}"
    );
}

pub(crate) async fn erasure(world: &World) {
    let users = world.users(3).await;
    let room = world.room(&users).await;
    world.audience(&users[2..], &room).await;
    world.fan_out().await;
    traces(world, &users, &room, 201).await;
    let user = format!("/user/{}", users[0].id);
    for what in ["export", "room"] {
        let what = format!("GET {user}/{what}?limit=1");
        world.rest(From::Backend, &what, Value::Null, 200).await;
    }
    let erase = format!("POST {user}/erasure");
    world.rest(From::User(&users[0]), &erase, Value::Null, 403).await;
    let task = world.rest(From::Backend, &erase, Value::Null, 202).await;
    let again = world.rest(From::Backend, &erase, Value::Null, 202).await;
    assert_eq!(task["task_id"], again["task_id"]);
    done(world, &task).await;

    traces(world, &users, &room, 200).await;
    let delete = format!("DELETE {user}?messages=erase");
    let mut tasks = Vec::new();
    for _ in 0..2 {
        let task = world.rest_once(From::Backend, &delete, Value::Null, Some("erase"), 202);
        tasks.push(task.await);
    }
    assert_eq!(tasks[0], tasks[1]);
    done(world, &tasks[0]).await;
    world.rest(From::Backend, "GET /task?limit=1", Value::Null, 200).await;
    world.rest(From::Backend, &erase, Value::Null, 202).await;
    let page = format!("GET {user}/export");
    world.rest(From::Backend, &page, Value::Null, 200).await;
}
