//! Messages over REST.

use serde_json::{Value, json};

use crate::rest::From;
use crate::world::World;

pub(crate) async fn messages(world: &World) {
    let users = world.users(3).await;
    let room = world.room(&users[..2]).await;
    world.audience(&users[..2], &room).await;
    let (one, path) = (From::User(&users[0]), format!("/room/{room}"));
    let send = format!("POST {path}/message/send");

    let plain = json!({ "text_message": "Hello" });
    world.rest(one, &send, plain.clone(), 201).await;
    world.rest(From::Backend, &send, plain.clone(), 201).await;
    world.rest(From::BackendAs(&users[0]), &send, plain.clone(), 201).await;
    world.rest_once(one, &send, plain.clone(), Some("header"), 201).await;
    world.rest_once(one, &send, plain.clone(), Some("header"), 200).await;
    for with in [
        json!({ "text_message": "Hello", "client_id": "claimed" }),
        json!({ "text_message": "Hello", "client_id": "based", "after_seq": 1 }),
    ] {
        world.rest(one, &send, with.clone(), 201).await;
        world.rest(one, &send, with, 200).await;
    }
    let reused = json!({ "text_message": "Other", "client_id": "claimed" });
    world.rest(one, &send, reused, 409).await;
    let ahead = json!({ "text_message": "Hello", "client_id": "ahead", "after_seq": 900 });
    world.rest(one, &send, ahead, 409).await;
    world.rest(From::User(&users[2]), &send, plain, 404).await;
    let large = json!({ "text_message": "x".repeat(70_000) });
    world.rest(one, &send, large, 413).await;

    let list = format!("GET {path}/message");
    let page = world.rest(one, &list, Value::Null, 200).await;
    world
        .rest(one, &format!("{list}?after_seq=1&limit=2"), Value::Null, 200)
        .await;
    world
        .rest(From::Backend, &format!("{list}?before_seq=4"), Value::Null, 200)
        .await;
    world.rest(From::User(&users[2]), &list, Value::Null, 404).await;
    let message = page["items"][0]["id"].as_str().unwrap();
    world.rest(one, &format!("{list}/{message}"), Value::Null, 200).await;

    let read = format!("POST {path}/read");
    for (from, seq, status) in [
        (From::User(&users[1]), 3, 200),
        (From::User(&users[1]), 2, 200),
        (From::User(&users[1]), 900, 400),
        (From::User(&users[2]), 3, 404),
        (From::Backend, 3, 403),
    ] {
        world.rest(from, &read, json!({ "seq": seq }), status).await;
    }
}
