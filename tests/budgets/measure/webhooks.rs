//! What it costs that webhooks hear of what happens.

use parlour_domain::access::Actor;
use parlour_protocol::request::CreateWebhook;
use parlour_service::webhook;
use serde_json::{from_value, json};

use crate::events;
use crate::given::LINE;
use crate::world::{Measured, World};

/// Longer than a process believes anything.
const LATER: i64 = 30;

/// A world with a webhook that hears of messages.
async fn world() -> World {
    let world = World::telling().await;
    let new = json!({ "url": "https://receiver.example/", "events": ["message.created"] });
    let new: CreateWebhook = from_value(new).unwrap();
    let backend = Actor::Backend { app: world.app.clone() };
    let (mut moment, new) = (world.moment(), new.check().unwrap());
    webhook::create(&world.parlour, &mut moment, &backend, new, None)
        .await
        .unwrap();
    world
}

/// One message into a room of ten, which this process has noted or not.
pub(crate) async fn heard(noted: bool) -> Measured {
    let world = world().await;
    let chat = world.chat(10).await;
    let frame = json!({ "room_id": world.id(chat.room), "text_message": LINE });
    world.pass(LATER);
    if noted {
        world.act(&chat.clients[0], "send_message", frame.clone()).await;
    }
    world.deliveries.take_tasks();
    let sent = world.act(&chat.clients[1], "send_message", frame).await;
    assert_eq!(world.deliveries.take_tasks().len(), 1);
    sent
}

/// The job of a room in which so many messages stand that nobody was told of. The receiver cannot be reached.
pub(crate) async fn deliver(messages: usize) -> Measured {
    let world = world().await;
    let chat = world.chat(1).await;
    let frame = json!({ "room_id": world.id(chat.room), "text_message": LINE });
    for _ in 0..messages {
        world.act(&chat.clients[0], "send_message", frame.clone()).await;
    }
    let jobs = world.deliveries.take_tasks();
    let told = world.invoke_alone("deliver", &events::queue(&jobs[..1])).await;
    assert_eq!(told.answer["batchItemFailures"], json!([]));
    told
}
