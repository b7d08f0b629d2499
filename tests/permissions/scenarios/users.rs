//! Users, their tokens and tickets, and what the service says of itself.

use serde_json::{Value, json};

use crate::rest::{From, User};
use crate::world::World;

pub(crate) async fn users(world: &World) {
    for (what, status) in [
        ("GET /limits", 200),
        ("GET /health", 200),
        ("GET /docs/openapi.json", 200),
        ("GET /docs/asyncapi.json", 200),
        ("GET /nowhere", 404),
    ] {
        world.rest(From::Nobody, what, Value::Null, status).await;
    }
    world.rest(From::Nobody, "GET /me", Value::Null, 401).await;

    let new = json!({ "name": "Ada", "external_id": "a-1", "custom": { "plan": "free" } });
    let made = world
        .rest_once(From::Backend, "POST /user", new.clone(), Some("make"), 201)
        .await;
    let again = world
        .rest_once(From::Backend, "POST /user", new.clone(), Some("make"), 200)
        .await;
    assert_eq!(made, again);
    let other = json!({ "name": "Eve" });
    world
        .rest_once(From::Backend, "POST /user", other, Some("make"), 409)
        .await;
    world.rest(From::Backend, "POST /user", new, 409).await;

    let users = world.users(3).await;
    let page = world.rest(From::Backend, "GET /user?limit=2", Value::Null, 200).await;
    let more = format!("GET /user?limit=2&after={}", page["next"].as_str().unwrap());
    world.rest(From::Backend, &more, Value::Null, 200).await;
    world.rest(From::User(&users[0]), "GET /user", Value::Null, 403).await;

    let one = format!("/user/{}", users[0].id);
    for from in [From::Backend, From::User(&users[0]), From::User(&users[1])] {
        world.rest(from, &format!("GET {one}"), Value::Null, 200).await;
    }
    let change = json!({ "name": "Ada L." });
    let patch = format!("PATCH {one}");
    world.rest(From::User(&users[0]), &patch, change.clone(), 200).await;
    for _ in 0..2 {
        let key = Some("rename");
        world
            .rest_once(From::BackendAs(&users[0]), &patch, change.clone(), key, 200)
            .await;
    }
    world.rest(From::User(&users[1]), &patch, change, 403).await;

    for (from, status) in [
        (From::BackendAs(&users[0]), 200),
        (From::Page(&users[0], "https://pages.example"), 200),
        (From::Page(&users[0], "https://elsewhere.example"), 403),
        (From::Backend, 403),
    ] {
        world.rest(from, "GET /me", Value::Null, status).await;
    }
    moderated(world, &users).await;
    let nobody = "POST /auth/018f4a5c-0000-7000-8000-0123456789ac";
    world.rest(From::Backend, nobody, Value::Null, 404).await;
    world
        .rest(From::User(&users[0]), "POST /ticket", Value::Null, 201)
        .await;
}

/// Known users, suspensions, blocks and reports.
async fn moderated(world: &World, users: &[User]) {
    let known = json!({ "users": [{ "external_id": "k-1", "name": "Known" }] });
    let renamed = json!({ "users": [{ "external_id": "k-1", "name": "Renamed" }] });
    for body in [&known, &known, &renamed] {
        world.rest(From::Backend, "PUT /user", body.clone(), 200).await;
    }
    world
        .rest(From::Backend, "GET /user?external_id=k-1", Value::Null, 200)
        .await;

    told(world).await;

    let (one, other) = (From::User(&users[1]), From::User(&users[2]));
    let direct = json!({ "kind": "direct", "members": [users[2].id] });
    let block = format!("/block/{}", users[2].id);
    world.rest(one, &format!("PUT {block}"), Value::Null, 204).await;
    world.rest(one, "POST /room", direct.clone(), 403).await;
    world.rest(one, "GET /block", Value::Null, 200).await;
    world.rest(one, &format!("DELETE {block}"), Value::Null, 204).await;
    let room = world.rest(one, "POST /room", direct, 201).await;
    world.rest(one, &format!("PUT {block}"), Value::Null, 204).await;
    let send = format!("POST /room/{}/message/send", room["id"].as_str().unwrap());
    world.rest(other, &send, json!({ "text_message": "Hello" }), 403).await;

    let why = json!({ "reason": "spam" });
    let about = format!("POST /user/{}/report", users[2].id);
    let report = world.rest(one, &about, why.clone(), 201).await;
    world.rest(one, &about, why, 200).await;
    world.rest(From::Backend, "GET /report", Value::Null, 200).await;
    let review = format!("PATCH /report/{}", report["id"].as_str().unwrap());
    world
        .rest(From::Backend, &review, json!({ "status": "closed" }), 200)
        .await;

    let client = world.connect(&users[2]).await;
    let suspension = format!("/user/{}/suspension", users[2].id);
    world
        .rest(From::Backend, &format!("PUT {suspension}"), json!({}), 200)
        .await;
    world.rest(other, "GET /me", Value::Null, 403).await;
    world.refused(&client, "ping", json!({}), "unknown_connection").await;
    world
        .rest(From::Backend, &format!("DELETE {suspension}"), Value::Null, 200)
        .await;
}

/// Events of the integrator's own system: who is there, who is whose friend, and who is gone.
async fn told(world: &World) {
    let event = |second: u8, kind: &str, subject: &str, data: Value| {
        let time = format!("2020-01-31T12:00:{second:02}Z");
        json!({ "id": format!("e-{second}"), "type": kind, "time": time, "subject": subject, "data": data })
    };
    let told = json!({ "events": [
        event(1, "user.created", "t-1", json!({ "name": "One" })),
        event(2, "user.created", "t-2", json!({ "name": "Two" })),
        event(3, "user.updated", "t-2", json!({ "name": "Renamed" })),
        event(4, "friend.created", "t-1", json!({ "friend": "t-2" })),
    ] });
    for _ in 0..2 {
        world.rest(From::Backend, "POST /events", told.clone(), 200).await;
    }
    let found = world
        .rest(From::Backend, "GET /user?external_id=t-1", Value::Null, 200)
        .await;
    let id = found["items"][0]["id"].as_str().unwrap().to_owned();
    let one = User {
        token: world.token(&id).await,
        id,
    };
    let friends = world.rest(From::User(&one), "GET /friend", Value::Null, 200).await;
    let friend = friends["items"][0]["user"]["id"].as_str().unwrap();
    let presence = format!("GET /user/{friend}/presence");
    world.rest(From::User(&one), &presence, Value::Null, 200).await;
    let client = world.connect(&one).await;
    world.acked(&client, "list_friends", json!({})).await;
    let gone = json!({ "events": [
        event(5, "user.deleted", "t-1", json!({})),
        event(6, "friend.removed", "t-1", json!({ "friend": "t-2" })),
    ] });
    for _ in 0..2 {
        world.rest(From::Backend, "POST /events", gone.clone(), 200).await;
    }
}

/// A user with open connections, in rooms of both kinds.
pub(crate) async fn deleted(world: &World) {
    let users = world.users(3).await;
    let room = world.room(&users).await;
    let direct = json!({ "kind": "direct", "members": [users[1].id] });
    world.rest(From::User(&users[0]), "POST /room", direct, 201).await;
    world.audience(&users, &room).await;
    world.connect(&users[0]).await;

    let what = format!("DELETE /user/{}", users[0].id);
    world.rest(From::User(&users[1]), &what, Value::Null, 403).await;
    for _ in 0..2 {
        world
            .rest_once(From::Backend, &what, Value::Null, Some("delete"), 204)
            .await;
    }
    world.rest(From::Backend, &what, Value::Null, 404).await;
    world.rest(From::User(&users[0]), "GET /me", Value::Null, 401).await;

    let new = json!({ "name": "Ada", "external_id": "a-1" });
    let known = world.rest(From::Backend, "POST /user", new, 201).await;
    let what = format!("DELETE /user/{}", known["id"].as_str().unwrap());
    world.rest(From::Backend, &what, Value::Null, 204).await;
}
