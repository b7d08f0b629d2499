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
    kept(world, &users, &room).await;
    reading(world, &users, &room).await;

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

/// Pins and stars.
async fn kept(world: &World, users: &[User], room: &str) {
    let (owner, member, stranger) = (From::User(&users[0]), From::User(&users[1]), From::User(&users[2]));
    let send = format!("POST /room/{room}/message/send");
    let sent = world.rest(owner, &send, json!({ "text_message": "Keep" }), 201).await;
    let message = format!("/room/{room}/message/{}", sent["id"].as_str().unwrap());
    let (pin, unpin) = (format!("PUT {message}/pin"), format!("DELETE {message}/pin"));
    for (from, status) in [
        (owner, 200),
        (owner, 200),
        (From::Backend, 200),
        (member, 403),
        (stranger, 404),
    ] {
        world.rest(from, &pin, json!({}), status).await;
    }
    let list = format!("GET /room/{room}/pin");
    for (from, status) in [(member, 200), (From::Backend, 200), (stranger, 404)] {
        world.rest(from, &list, Value::Null, status).await;
    }
    let (star, unstar) = (format!("PUT {message}/star"), format!("DELETE {message}/star"));
    world.connect(&users[1]).await;
    for _ in 0..2 {
        world.rest(member, &star, Value::Null, 200).await;
    }
    world.rest(stranger, &star, Value::Null, 404).await;
    let page = world.rest(member, "GET /star?limit=1", Value::Null, 200).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
    for _ in 0..2 {
        world.rest(member, &unstar, Value::Null, 204).await;
        world.rest(owner, &unpin, Value::Null, 204).await;
    }
}

/// Positions, receipts, what is unread and what to notify of.
async fn reading(world: &World, users: &[User], room: &str) {
    let (one, other, stranger) = (From::User(&users[0]), From::User(&users[1]), From::User(&users[2]));
    let send = format!("POST /room/{room}/message/send");
    let said = json!({ "text_message": "Read", "mentions": [users[1].id] });
    let sent = world.rest(one, &send, said, 201).await;
    let (seq, id) = (&sent["seq"], sent["id"].as_str().unwrap());
    let status = format!("GET /room/{room}/message/{id}/status");
    for (what, from, code) in [
        (format!("POST /room/{room}/delivered"), other, 200),
        (format!("POST /room/{room}/delivered"), stranger, 404),
        (format!("POST /room/{room}/read"), other, 200),
        (format!("POST /room/{room}/unread"), other, 200),
        (format!("POST /room/{room}/unread"), other, 200),
        (format!("POST /room/{room}/unread"), stranger, 404),
    ] {
        world.connect(&users[1]).await;
        world.rest(from, &what, json!({ "seq": seq }), code).await;
    }
    world.rest(one, &status, Value::Null, 200).await;
    let next = format!("{status}?limit=1&after={}", users[0].id);
    world.rest(From::Backend, &next, Value::Null, 200).await;
    world.rest(other, &status, Value::Null, 403).await;
    world
        .rest(other, &format!("GET /room/{room}/read?limit=1"), Value::Null, 200)
        .await;
    let set = format!("PUT /room/{room}/notification");
    for (from, code) in [(other, 200), (stranger, 404)] {
        world
            .rest(from, &set, json!({ "notification": "mentions" }), code)
            .await;
    }
    let unread = world.rest(other, "GET /unread", Value::Null, 200).await;
    assert_eq!(unread["mentions"]["count"], 1, "{unread}");
    let of = json!({ "user_ids": [users[0].id, users[1].id, users[2].id] });
    world.rest(From::Backend, "POST /unread", of, 200).await;
    for filter in ["unread=true", "kind=direct"] {
        world
            .rest(other, &format!("GET /room?{filter}"), Value::Null, 200)
            .await;
    }
}
