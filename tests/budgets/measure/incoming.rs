//! Events of the integrator's own system, and the friends that they make.

use parlour_domain::UserId;
use serde_json::{Value, json};

use crate::world::{Measured, World};

fn event(id: &str, kind: &str, subject: &str, data: Value) -> Value {
    let mut event = json!({ "id": id, "type": kind, "time": "2020-01-31T12:00:00Z", "subject": subject });
    event["data"] = data;
    event
}

async fn tell(world: &World, events: &[Value]) -> Measured {
    let told = world
        .rest_of_backend_with("POST", "/events", json!({ "events": events }))
        .await;
    let items = told.answer["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["outcome"] == "applied"), "{items:?}");
    told
}

/// So many users, each of whom is new.
pub(crate) async fn take(world: &World, users: usize) -> Measured {
    let user = |number| {
        event(
            "e",
            "user.created",
            &format!("u-{number}"),
            json!({ "name": "Someone" }),
        )
    };
    let events: Vec<Value> = (0..users).map(user).collect();
    tell(world, &events).await
}

/// A page of a user with so many friends.
pub(crate) async fn friends(world: &World, friends: usize) -> Measured {
    take(world, friends).await;
    let friend = |number| {
        event(
            "f",
            "friend.created",
            "u-own",
            json!({ "friend": format!("u-{number}") }),
        )
    };
    let mut events: Vec<Value> = (0..friends).map(friend).collect();
    events.push(event("e", "user.created", "u-own", json!({ "name": "Someone" })));
    tell(world, &events).await;
    let own = world.rest_of_backend("GET", "/user?external_id=u-own").await.answer["items"][0]["id"].clone();
    let own = UserId::parse(own.as_str().unwrap()).unwrap();
    let page = world.rest("GET", "/friend?limit=50", &world.token(own)).await;
    assert_eq!(page.answer["items"].as_array().unwrap().len(), friends.min(50));
    page
}
