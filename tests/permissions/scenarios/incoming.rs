//! The queue of events: users come, change and go, in rooms with an audience.

use serde_json::{Value, json};

use crate::events;
use crate::rest::{From, User};
use crate::world::World;

pub(crate) async fn incoming(world: &World) {
    let event = |second: u8, kind: &str, subject: &str, data: Value| {
        let time = format!("2020-01-31T12:00:{second:02}Z");
        let id = format!("e-{second}");
        json!({ "id": id, "type": kind, "time": time, "subject": subject, "data": data })
    };
    let told = [
        event(1, "user.created", "q-1", json!({ "name": "One" })),
        event(2, "user.created", "q-2", json!({ "name": "Two" })),
        event(3, "user.updated", "q-2", json!({ "name": "Renamed" })),
        event(4, "friend.created", "q-1", json!({ "friend": "q-2" })),
    ];
    for _ in 0..2 {
        assert_eq!(take(world, &told).await, json!([]));
    }
    let mut users = world.users(1).await;
    for subject in ["q-1", "q-2"] {
        users.push(known(world, subject).await);
    }
    // Of the first room one of those who go is the owner; in the second they are alone with each other.
    let owned = [users[1].clone(), users[0].clone(), users[2].clone()];
    let room = world.room(&owned).await;
    let direct = json!({ "kind": "direct", "members": [users[2].id] });
    world.rest(From::User(&users[1]), "POST /room", direct, 201).await;
    world.audience(&users, &room).await;
    let gone = [
        event(5, "user.deleted", "q-1", json!({})),
        event(6, "user.deleted", "q-2", json!({})),
        event(7, "friend.removed", "q-1", json!({ "friend": "q-2" })),
    ];
    for _ in 0..2 {
        assert_eq!(take(world, &gone).await, json!([]));
    }
    // What is no event, or none of an app that there is, is left.
    let wrong = [
        "{}".to_owned(),
        json!({ "app": "no app", "event": told[0] }).to_string(),
        json!({ "app": "aaaaaaaaaaaaaaaa", "event": told[0] }).to_string(),
        json!({ "app": world.app.as_str(), "event": event(8, "user.created", "q-3", json!({})) }).to_string(),
    ];
    let answer = world.invoke("events", "queue", &events::queue(&wrong)).await.unwrap();
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), wrong.len());
}

/// The messages that are left.
async fn take(world: &World, told: &[Value]) -> Value {
    let message = |event: &Value| json!({ "app": world.app.as_str(), "event": event }).to_string();
    let messages: Vec<String> = told.iter().map(message).collect();
    let answer = world
        .invoke("events", "queue", &events::queue(&messages))
        .await
        .unwrap();
    answer["batchItemFailures"].clone()
}

async fn known(world: &World, subject: &str) -> User {
    let path = format!("GET /user?external_id={subject}");
    let found = world.rest(From::Backend, &path, Value::Null, 200).await;
    let id = found["items"][0]["id"].as_str().unwrap().to_owned();
    User {
        token: world.token(&id).await,
        id,
    }
}
