//! Webhooks: made, changed and deleted.

use serde_json::{Value, json};

use crate::rest::From;
use crate::world::World;

pub(crate) async fn webhooks(world: &World) {
    let users = world.users(1).await;
    let new = json!({ "url": "https://receiver.invalid/hook" });
    let backend = From::Backend;
    world
        .rest(From::User(&users[0]), "POST /webhook", new.clone(), 403)
        .await;
    let made = world
        .rest_once(backend, "POST /webhook", new.clone(), Some("hook"), 201)
        .await;
    world.rest_once(backend, "POST /webhook", new, Some("hook"), 200).await;
    world.rest(backend, "GET /webhook", Value::Null, 200).await;
    let path = format!("/webhook/{}", made["id"].as_str().unwrap());
    world
        .rest(backend, &format!("PATCH {path}"), json!({ "enabled": false }), 200)
        .await;
    world
        .rest(backend, &format!("POST {path}/secret"), Value::Null, 200)
        .await;
    for query in ["", "?status=dead"] {
        let list = format!("GET {path}/delivery{query}");
        world.rest(backend, &list, Value::Null, 200).await;
    }
    let nothing = format!("POST {path}/delivery/000000000000001.018f4a5c-0000-8000-8000-0123456789ab/replay");
    world.rest(backend, &nothing, Value::Null, 404).await;
    world.rest(backend, &format!("DELETE {path}"), Value::Null, 204).await;
    world.rest(backend, &format!("DELETE {path}"), Value::Null, 404).await;
}
