//! What webhooks are told.
//!
//! Each test is in an app of its own, of which nothing else is told. A webhook is made before anything else is done there: on functions
//! each process believes for 10 s that an app has none.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Value, json};

use crate::harness::{Backend, Call, LIMIT, Process, Receiver, Tenants, TestServer};

/// Half a minute, and until the next `sweep` where the queue lost it.
const UNSEEN_LIMIT: std::time::Duration = std::time::Duration::from_secs(150);

/// A webhook of the receiver: its path and its secret.
async fn hook(backend: &Backend, receiver: &Receiver, events: Value) -> (String, Value) {
    let new = json!({ "url": receiver.start().await, "events": events });
    let made = backend.post("/webhook", new).await.expect(201);
    (
        format!("/webhook/{}", made["id"].as_str().unwrap()),
        made["secret"].clone(),
    )
}

/// Waits until the webhook has so many deliveries of this status; they, the latest first.
async fn deliveries(backend: &Backend, path: &str, status: &str, count: usize) -> Vec<Value> {
    let begin = Instant::now();
    loop {
        let found = backend.all(&format!("{path}/delivery?status={status}")).await;
        if found.len() == count {
            return found;
        }
        assert!(
            begin.elapsed() < LIMIT,
            "{} {status} and not {count}: {found:?}",
            found.len()
        );
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn everything_in_a_room_is_told_once_and_signed() {
    let (tenants, receiver) = (Tenants::start(), Receiver::default());
    let server = &tenants.other.backend;
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let (path, secret) = hook(server, &receiver, Value::Null).await;
    let room = ada.group(&[&ada, &bob]).await;
    let said = bob.say(&room, "Hello").await;
    let message = format!("/room/{room}/message/{}", said["id"].as_str().unwrap());
    bob.patch(&message, json!({ "text_message": "Hello!" }))
        .await
        .expect(200);
    let reaction = format!("{message}/reaction/%F0%9F%91%8D");
    ada.put(&reaction).await.expect(200);
    ada.delete(&reaction).await.expect(204);
    bob.delete(&message).await.expect(204);
    let member = format!("/room/{room}/member");
    ada.post(&member, json!({ "user_id": eve.id })).await.expect(201);
    ada.delete(&format!("{member}/{}", eve.id)).await.expect(204);
    ada.patch(&format!("/room/{room}"), json!({ "name": "New" }))
        .await
        .expect(200);
    ada.delete(&format!("/room/{room}")).await.expect(204);

    let calls = receiver.called(10).await;
    deliveries(server, &path, "delivered", 10).await;
    assert_eq!(receiver.calls().len(), 10, "nothing is told twice");
    let mut by_place = BTreeMap::new();
    for call in &calls {
        assert!(call.is_signed_with(&secret), "{call:?}");
        assert_eq!(call.signatures.len(), 1);
        let json = call.json();
        assert_eq!(
            (json["data"]["id"].as_str(), &json["timestamp"]),
            (Some(&*call.id), &json["data"]["created_at"])
        );
        let place = (
            json["data"]["room_id"].as_str().unwrap().to_owned(),
            json["data"]["seq"].as_u64().unwrap(),
        );
        assert_eq!(by_place.insert(place, call.kind()), None);
    }
    let told: Vec<&str> = (1..=10).map(|seq| &*by_place[&(room.clone(), seq)]).collect();
    assert_eq!(
        told,
        [
            "room.created",
            "message.created",
            "message.updated",
            "reaction.added",
            "reaction.removed",
            "message.deleted",
            "member.added",
            "member.removed",
            "room.updated",
            "room.deleted",
        ]
    );
}

#[tokio::test]
async fn a_room_that_was_there_before_is_told_of_from_here_on() {
    let (server, receiver) = (TestServer::own_in_memory(), Receiver::default());
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&ada, &bob]).await;
    ada.say(&room, "before").await;
    let (path, _) = hook(&server, &receiver, Value::Null).await;
    let sent = bob.say(&room, "later").await;
    let told = deliveries(&server, &path, "delivered", 1).await;
    assert_eq!(told[0]["event_id"], sent["id"]);
    assert_eq!(receiver.called(1).await[0].json()["data"]["text_message"], "later");
}

#[tokio::test]
async fn a_webhook_is_told_what_it_asked_for_and_signed_with_both_secrets_after_a_rotation() {
    let (tenants, receiver) = (Tenants::start(), Receiver::default());
    let server = &tenants.other.backend;
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (path, first) = hook(server, &receiver, json!(["message.created"])).await;
    let second = server.call("POST", &format!("{path}/secret"), None).await.expect(200)["secret"].clone();
    let room = ada.group(&[&ada, &bob]).await;
    ada.say(&room, "one").await;
    let calls = receiver.called(1).await;
    assert_eq!(calls[0].signatures.len(), 2);
    assert!(calls[0].is_signed_with(&first) && calls[0].is_signed_with(&second));
    assert_eq!(calls[0].json()["data"]["text_message"], "one");

    server.patch(&path, json!({ "enabled": false })).await.expect(200);
    ada.say(&room, "two").await;
    server.patch(&path, json!({ "enabled": true })).await.expect(200);
    ada.say(&room, "three").await;
    // It may hear of the second one, if nobody looked at that before it was switched on again.
    let is_third = |call: &Call| call.json()["data"]["text_message"] == "three";
    let mut calls = receiver.called(2).await;
    if !calls.iter().any(is_third) {
        calls = receiver.called(3).await;
    }
    assert!(calls.iter().any(is_third));
    assert!(calls.iter().all(|call| call.kind() == "message.created"));
}

#[tokio::test]
async fn a_receiver_that_was_down_gets_everything_in_the_end_under_the_same_ids() {
    let (tenants, receiver) = (Tenants::start(), Receiver::default());
    let server = &tenants.other.backend;
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (path, _) = hook(server, &receiver, json!(["message.created"])).await;
    let room = ada.group(&[&ada, &bob]).await;
    receiver.answer(500);
    ada.say(&room, "while it is down").await;
    let refused = receiver.called(1).await;
    let waiting = deliveries(server, &path, "pending", 1).await;
    assert_eq!(waiting[0]["event_id"], refused[0].id);
    receiver.answer(200);
    ada.say(&room, "when it is back").await;
    let done = deliveries(server, &path, "delivered", 2).await;
    let first = done
        .iter()
        .find(|delivery| delivery["event_id"] == refused[0].id)
        .unwrap();
    assert_eq!(
        (&first["response_status"], &first["failure"], &first["next_try_at"]),
        (&json!(200), &Value::Null, &Value::Null)
    );
    let calls = receiver.calls();
    let same: Vec<&Call> = calls.iter().filter(|call| call.id == refused[0].id).collect();
    assert!(same.len() >= 2 && same.iter().all(|call| call.body == same[0].body));
    assert_eq!(first["tries"], same.len());
}

#[tokio::test]
async fn who_is_gone_is_called_no_more_until_somebody_asks_for_it() {
    let (tenants, receiver) = (Tenants::start(), Receiver::default());
    let server = &tenants.other.backend;
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (path, _) = hook(server, &receiver, json!(["message.created"])).await;
    let room = ada.group(&[&ada, &bob]).await;
    receiver.answer(410);
    ada.say(&room, "one").await;
    let dead = deliveries(server, &path, "dead", 1).await;
    assert_eq!(
        (&dead[0]["response_status"], &dead[0]["failure"], &dead[0]["tries"]),
        (&json!(410), &json!("status"), &json!(1))
    );
    let listed = server.get("/webhook").await.expect(200);
    assert_eq!(
        listed["items"][0]["enabled"], false,
        "the receiver said that it is gone"
    );

    receiver.answer(200);
    server.patch(&path, json!({ "enabled": true })).await.expect(200);
    let replay = format!("{path}/delivery/{}/replay", dead[0]["id"].as_str().unwrap());
    let again = server.call("POST", &replay, None).await.expect(200);
    assert_eq!(
        (&again["status"], &again["event_id"]),
        (&json!("pending"), &dead[0]["event_id"])
    );
    let done = deliveries(server, &path, "delivered", 1).await;
    assert_eq!((&done[0]["id"], &done[0]["tries"]), (&dead[0]["id"], &json!(2)));
    assert_eq!(deliveries(server, &path, "dead", 0).await, [] as [Value; 0]);
}

#[tokio::test]
async fn nobody_in_the_servers_own_network_is_called() {
    let server = TestServer::own(Process::in_public());
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    for url in [
        format!("http://receiver.example:{port}/"),
        format!("https://receiver.example:{port}/"),
        "https://localhost/".to_owned(),
        "https://127.0.0.1/".to_owned(),
        "https://[::1]/".to_owned(),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
        "https://2130706433/".to_owned(),
    ] {
        let problem = server.post("/webhook", json!({ "url": url })).await;
        assert_eq!(problem.refused(400, "invalid_input")["field"], "url", "{url}");
    }
    // A name that has no address anywhere is found out when it is called.
    let new = json!({ "url": "https://receiver.invalid/", "events": ["message.created"] });
    let made = server.post("/webhook", new).await.expect(201);
    let path = format!("/webhook/{}", made["id"].as_str().unwrap());
    let change = json!({ "url": "https://10.0.0.1/" });
    server.patch(&path, change).await.refused(400, "invalid_input");
    let room = ada.group(&[&ada, &bob]).await;
    ada.say(&room, "one").await;
    let begin = Instant::now();
    loop {
        let waiting = deliveries(&server, &path, "pending", 1).await;
        if waiting[0]["failure"] == "unreachable" || waiting[0]["failure"] == "timed_out" {
            break;
        }
        assert!(begin.elapsed() < LIMIT, "{waiting:?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let called = tokio::time::timeout(std::time::Duration::ZERO, listener.accept()).await;
    assert!(called.is_err(), "somebody was called");
}

#[tokio::test]
async fn what_no_delivery_is_listed_or_told_again_for() {
    let tenants = Tenants::start();
    let server = &tenants.other.backend;
    let new = json!({ "url": "https://receiver.invalid/", "events": ["room.deleted"] });
    let made = server.post("/webhook", new).await.expect(201);
    let path = format!("/webhook/{}", made["id"].as_str().unwrap());
    for query in ["status=lost", "after=x", "limit=0", "limit=51", "x=1"] {
        server
            .get(&format!("{path}/delivery?{query}"))
            .await
            .refused(400, "invalid_input");
    }
    assert_eq!(
        server.get(&format!("{path}/delivery")).await.expect(200),
        json!({ "items": [], "next": null })
    );
    let nothing = "000000000000001.018f4a5c-0000-8000-8000-0123456789ab";
    let replay = format!("{path}/delivery/{nothing}/replay");
    server.call("POST", &replay, None).await.refused(404, "not_found");
    server
        .call("POST", &replay.replace(nothing, "x"), None)
        .await
        .refused(400, "invalid_input");
    let other = "/webhook/018f4a5c-0000-7000-8000-0123456789ab/delivery";
    server.get(other).await.refused(404, "not_found");
}

/// In real time, which every target has; what else holds of it is in `later.rs`, where time is moved.
#[tokio::test]
async fn who_has_not_seen_a_message_is_told_of_half_a_minute_later() {
    let (tenants, receiver) = (Tenants::start(), Receiver::default());
    let server = &tenants.other.backend;
    let [ada, bob, eve] = server.people(["Ada", "Bob", "Eve"]).await;
    let (_, secret) = hook(server, &receiver, json!(["message.unseen"])).await;
    let room = ada.group(&[&bob, &eve]).await;
    // Eve hears of the room.
    let _eves = eve.join(&room).await;
    let said = ada.say(&room, "one").await;
    let begin = Instant::now();
    while receiver.calls().is_empty() {
        assert!(begin.elapsed() < UNSEEN_LIMIT, "the backend is told");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let calls = receiver.calls();
    let told = calls[0].json();
    assert!(calls[0].is_signed_with(&secret));
    assert_eq!(
        (&told["type"], &told["data"]["user_ids"], &told["data"]["message"]["id"]),
        (&json!("message.unseen"), &json!([bob.id]), &said["id"])
    );
}
