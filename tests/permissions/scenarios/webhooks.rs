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

/// What happens is told, in vain; `sweep` has it tried again, and somebody asks for one more try.
pub(crate) async fn told(world: &World) {
    let users = world.users(2).await;
    let backend = From::Backend;
    let new = json!({ "url": "https://receiver.example/", "events": ["message.created"] });
    let made = world.rest(backend, "POST /webhook", new, 201).await;
    let room = world.room(&users).await;
    let send = format!("POST /room/{room}/message/send");
    let body = json!({ "text_message": "Hello" });
    world.rest(From::User(&users[0]), &send, body, 201).await;
    assert_eq!(world.deliver().await["batchItemFailures"], json!([]));
    // Longer than an append may be under way, and then longer than the first pause.
    for _ in 0..3 {
        world.pass(120);
        world.sweep().await;
        assert_eq!(world.deliver().await["batchItemFailures"], json!([]));
    }
    let deliveries = format!("/webhook/{}/delivery", made["id"].as_str().unwrap());
    let page = world
        .rest(backend, &format!("GET {deliveries}"), Value::Null, 200)
        .await;
    // Where the queue takes nothing, nobody was told.
    if let Some(delivery) = page["items"].get(0) {
        assert_eq!(delivery["failure"], "unreachable");
        assert!(delivery["tries"].as_u64().unwrap() > 1);
        let replay = format!("POST {deliveries}/{}/replay", delivery["id"].as_str().unwrap());
        world.rest(backend, &replay, Value::Null, 200).await;
        world.deliver().await;
    }
    let unreadable = crate::events::queue(&["not ours".to_owned()]);
    let failed = world.invoke("deliver", "queue", &unreadable).await.unwrap();
    assert_eq!(failed["batchItemFailures"][0]["itemIdentifier"], "message-0");
}
