//! Messages over REST.

use serde_json::{Value, json};

use crate::rest::{From, User};
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

    changes(world, &users, &room).await;

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

/// Edits, reactions, replies and deletions, as the author, as the backend, and as a stranger.
async fn changes(world: &World, users: &[User], room: &str) {
    let (one, stranger) = (From::User(&users[0]), From::User(&users[2]));
    let send = format!("POST /room/{room}/message/send");
    let sent = world.rest(one, &send, json!({ "text_message": "Helo" }), 201).await;
    let id = sent["id"].as_str().unwrap();
    let message = format!("/room/{room}/message/{id}");

    let edit = json!({ "text_message": "Hello", "subject": "Greeting" });
    let patch = format!("PATCH {message}");
    world.rest(one, &patch, edit.clone(), 200).await;
    world.rest_once(one, &patch, edit.clone(), Some("edit"), 200).await;
    world.rest_once(one, &patch, edit.clone(), Some("edit"), 200).await;
    world.rest(From::Backend, &patch, edit.clone(), 200).await;
    world.rest(From::User(&users[1]), &patch, edit.clone(), 403).await;
    world.rest(stranger, &patch, edit, 404).await;
    for list in ["edit", "reply"] {
        world
            .rest(one, &format!("GET {message}/{list}"), Value::Null, 200)
            .await;
    }
    let reaction = format!("{message}/reaction/%F0%9F%91%8D");
    for (method, status) in [("PUT", 200), ("PUT", 200), ("DELETE", 204), ("DELETE", 204)] {
        world
            .rest(one, &format!("{method} {reaction}"), Value::Null, status)
            .await;
    }
    let reply = json!({ "text_message": "Hi", "parent_id": id, "mentions": [users[1].id] });
    world.rest(one, &send, reply.clone(), 201).await;
    world.rest_once(one, &send, reply.clone(), Some("reply"), 201).await;
    world.rest_once(one, &send, reply, Some("reply"), 200).await;
    let quote = json!({ "text_message": "Quite so", "quote_id": id });
    world.rest(one, &send, quote, 201).await;
    let report = format!("POST {message}/report");
    world.rest(one, &report, json!({ "reason": "spam" }), 201).await;
    world.rest(stranger, &report, json!({ "reason": "spam" }), 404).await;
    let forward = format!("POST {message}/forward");
    let to = json!({ "to_room_id": room, "client_id": "forward" });
    world.rest(one, &forward, to.clone(), 201).await;
    world.rest(one, &forward, to, 200).await;
    let bulk =
        json!({ "messages": [{ "room_id": room, "user_id": users[0].id, "message": { "text_message": "Hello" } }] });
    world.rest(From::Backend, "POST /message/send", bulk.clone(), 200).await;
    world.rest(one, "POST /message/send", bulk, 403).await;
    for page in ["around_seq=3", "around_seq=900"] {
        world
            .rest(one, &format!("GET /room/{room}/message?{page}"), Value::Null, 200)
            .await;
    }
    let delete = format!("DELETE {message}");
    for from in [one, one, From::Backend] {
        world.rest(from, &delete, Value::Null, 204).await;
    }
    world.rest(stranger, &delete, Value::Null, 404).await;
}
