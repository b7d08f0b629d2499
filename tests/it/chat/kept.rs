//! Pins, which a room agrees on, and stars, which are each user's own.

use serde_json::{Value, json};

use crate::harness::{Person, TestServer};

fn path(room: &str, message: &Value, what: &str) -> String {
    format!("/room/{room}/message/{}/{what}", message["id"].as_str().unwrap())
}

async fn pins(person: &Person, room: &str) -> Vec<Value> {
    let page = person.get(&format!("/room/{room}/pin")).await.expect(200);
    assert_eq!(page["next"], Value::Null);
    page["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_pin_is_told_listed_and_ended() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let (one, two) = (bob.say(&room, "one").await, ada.say(&room, "two").await);
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let frame = json!({ "room_id": room, "message_id": one["id"], "expires_at": "2200-01-01T00:00:00+01:00" });
    let ack = hers.ok("pin_message", frame.clone()).await;
    let told = his.expect_event("message_pinned").await;
    assert_eq!(told, ack["entry"]);
    assert_eq!(
        (&told["message_id"], &told["message_seq"], &told["expires_at"]),
        (&one["id"], &json!(2), &json!("2199-12-31T23:00:00.000Z"))
    );
    let again = hers.ok("pin_message", frame).await;
    assert_eq!(again["entry"], Value::Null, "it is pinned so already");
    his.expect_silence().await;
    server
        .call("PUT", &path(&room, &two, "pin"), Some(json!({})))
        .await
        .expect(200);
    his.expect_event("message_pinned").await;
    let listed = pins(&bob, &room).await;
    assert_eq!(listed.len(), 2);
    assert_eq!(
        (&listed[0]["message"], &listed[0]["pinned_by"]),
        (&two, &Value::Null),
        "the latest pin first"
    );
    assert_eq!(
        (&listed[1]["message"], &listed[1]["pinned_by"], &listed[1]["expires_at"]),
        (&one, &json!(ada.id), &told["expires_at"])
    );
    let frame = json!({ "room_id": room, "message_id": two["id"] });
    assert_eq!(his.refused("pin_message", frame.clone()).await, "forbidden");
    hers.ok("unpin_message", frame.clone()).await;
    assert_eq!(his.expect_event("message_unpinned").await["message_id"], two["id"]);
    assert_eq!(hers.ok("unpin_message", frame).await["entry"], Value::Null);
    assert_eq!(pins(&bob, &room).await.len(), 1);

    // A deleted message is pinned no more.
    let message = format!("/room/{room}/message/{}", one["id"].as_str().unwrap());
    bob.delete(&message).await.expect(204);
    assert!(pins(&ada, &room).await.is_empty());
    let deleted = ada.call("PUT", &path(&room, &one, "pin"), Some(json!({}))).await;
    deleted.refused(409, "message_deleted");
    let past = json!({ "expires_at": "2020-01-01T00:00:00Z" });
    let past = ada.call("PUT", &path(&room, &two, "pin"), Some(past)).await;
    assert_eq!(past.refused(400, "invalid_input")["field"], "expires_at");
}

#[tokio::test]
async fn both_users_of_a_direct_room_pin() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let direct = json!({ "kind": "direct", "members": [bob.id] });
    let room = ada.post("/room", direct).await.expect(201);
    let room = room["id"].as_str().unwrap();
    let message = ada.say(room, "hi").await;
    bob.call("PUT", &path(room, &message, "pin"), Some(json!({})))
        .await
        .expect(200);
    ada.delete(&path(room, &message, "pin")).await.expect(204);
    assert!(pins(&bob, room).await.is_empty());
}

#[tokio::test]
async fn a_room_has_at_most_50_pins_of_messages_that_are_there() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    let mut hers = ada.connect().await;
    let mut messages = Vec::new();
    for number in 0..51 {
        messages.push(hers.say(&room, &number.to_string()).await);
    }
    for message in &messages[..50] {
        let frame = json!({ "room_id": room, "message_id": message["id"] });
        hers.ok("pin_message", frame).await;
    }
    let last = json!({ "room_id": room, "message_id": messages[50]["id"] });
    assert_eq!(hers.refused("pin_message", last.clone()).await, "too_many_pins");
    let one_more = path(&room, &messages[50], "pin");
    let one_more = ada.call("PUT", &one_more, Some(json!({}))).await;
    one_more.refused(409, "too_many_pins");
    assert_eq!(pins(&bob, &room).await.len(), 50);
    let gone = json!({ "room_id": room, "message_id": messages[7]["id"] });
    hers.ok("delete_message", gone).await;
    hers.ok("pin_message", last).await;
    let listed = pins(&bob, &room).await;
    assert_eq!((listed.len(), &listed[0]["message"]["id"]), (50, &messages[50]["id"]));
}

async fn stars(person: &Person) -> Vec<Value> {
    person.all("/star").await
}

#[tokio::test]
async fn a_star_is_ones_own_over_all_rooms() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (one, two) = (ada.group(&[&bob]).await, ada.group(&[&bob]).await);
    let (first, second) = (ada.say(&one, "one").await, ada.say(&two, "two").await);
    let (mut his, mut idle, mut hers) = (bob.connect().await, bob.connect().await, ada.join(&one).await);
    let frame = json!({ "room_id": one, "message_id": first["id"] });
    let starred = his.ok("star_message", frame.clone()).await;
    assert!(starred["starred_at"].is_string(), "{starred}");
    assert_eq!(idle.expect_event("message_starred").await, starred);
    assert_eq!(
        his.ok("star_message", frame.clone()).await,
        starred,
        "it is starred already"
    );
    hers.expect_silence().await;
    bob.put(&path(&two, &second, "star")).await.expect(200);
    bob.put(&path(&two, &second, "reaction/ok")).await.expect(200);
    let listed = stars(&bob).await;
    assert_eq!(listed.len(), 2);
    assert_eq!(
        listed[1],
        json!({ "starred_at": starred["starred_at"], "message": first })
    );
    let reactions = json!([{ "reaction": "ok", "count": 1, "own": true }]);
    assert_eq!(
        (&listed[0]["message"]["id"], &listed[0]["message"]["reactions"]),
        (&second["id"], &reactions)
    );
    assert!(stars(&ada).await.is_empty());
    let page = bob.get("/star?limit=1").await.expect(200);
    assert_eq!(page["items"][0], listed[0]);
    let next = page["next"].as_str().unwrap();
    let page = bob.get(&format!("/star?limit=1&after={next}")).await.expect(200);
    assert_eq!(page["items"][0], listed[1]);
    bob.get("/star?after=x").await.refused(400, "invalid_input");

    // What is in a room that the user has left is not shown, and shown again on return.
    bob.post(&format!("/room/{two}/leave"), json!({})).await.expect(204);
    let listed = stars(&bob).await;
    assert_eq!((listed.len(), &listed[0]["message"]), (1, &first));
    let back = json!({ "user_id": bob.id });
    ada.post(&format!("/room/{two}/member"), back).await.expect(201);
    assert_eq!(stars(&bob).await.len(), 2);
    idle.expect_event("message_starred").await;
    his.ok("unstar_message", frame.clone()).await;
    let ended = idle.expect_event("message_unstarred").await;
    assert_eq!(ended, frame);
    bob.delete(&path(&one, &first, "star")).await.expect(204);
    let message = format!("/room/{two}/message/{}", second["id"].as_str().unwrap());
    ada.delete(&message).await.expect(204);
    assert!(stars(&bob).await.is_empty());
    bob.put(&path(&two, &second, "star"))
        .await
        .refused(409, "message_deleted");
}
