//! A room with more connections than are told before the answer: the queue and `fan_out`.

use parlour_domain::limits;
use serde_json::{Value, json};

use crate::rest::From;
use crate::world::World;

pub(crate) async fn large(world: &World) {
    let users = world.users(limits::INLINE_CONNECTIONS + 4).await;
    let room = world.room(&users).await;
    let clients = world.audience(&users, &room).await;
    let path = format!("/room/{room}");

    let message = json!({ "room_id": room, "text_message": "Hello" });
    world.acked(&clients[0], "send_message", message.clone()).await;
    // Too many to be told of at once: gathered, and told by the queue.
    world
        .acked(&clients[1], "mark_read", json!({ "room_id": room, "seq": 2 }))
        .await;
    let read = format!("POST {path}/read");
    world.rest(From::User(&users[0]), &read, json!({ "seq": 2 }), 200).await;
    world
        .acked(&clients[0], "typing", json!({ "room_id": room, "typing": true }))
        .await;
    let body = json!({ "text_message": "Hello" });
    let send = format!("POST {path}/message/send");
    world.rest(From::User(&users[1]), &send, body, 201).await;
    world
        .rest(From::User(&users[2]), &format!("POST {path}/leave"), Value::Null, 204)
        .await;

    // A departure that `sweep` has to end is told by `sweep`.
    let (number, leaving) = (world.number(&room), users[3].user_id());
    let begun = world
        .parlour
        .store
        .begin_departure(&world.app, number, leaving, None, &mut world.moment(), None)
        .await;
    assert_eq!(begun.unwrap(), parlour_store::Written::Done);
    assert_eq!(world.sweep().await["finished"], 1);

    assert_eq!(world.fan_out().await["batchItemFailures"], json!([]));
    let unreadable = crate::events::queue(&["not ours".to_owned()]);
    let failed = world.invoke("fan_out", "queue", &unreadable).await.unwrap();
    assert_eq!(failed["batchItemFailures"][0]["itemIdentifier"], "message-0");
}
