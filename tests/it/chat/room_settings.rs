//! What is narrower in one room: slow mode, shorter messages, who may send; and the archive.

use serde_json::{Value, json};

use crate::harness::{Person, TestServer};

async fn set(by: &Person, room: &str, change: Value) -> Value {
    by.patch(&format!("/room/{room}"), change).await.expect(200)
}

#[tokio::test]
async fn slow_mode_keeps_a_time_between_the_messages_of_one_member() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = ada.group(&[&bob, &carol]).await;
    let mut his = bob.join(&room).await;
    let changed = set(&ada, &room, json!({ "slow_mode_seconds": 21_600 })).await;
    assert_eq!(changed["slow_mode_seconds"], 21_600);
    let told = his.expect_event("room_updated").await;
    assert_eq!(told["settings"], json!({ "slow_mode_seconds": 21_600 }));
    let first = json!({ "room_id": room, "text_message": "one", "client_id": "one" });
    let sent = his.ok("send_message", first.clone()).await;
    // An earlier attempt is no other message.
    let again = his.ok("send_message", first).await;
    assert_eq!((&again["seq"], &again["duplicate"]), (&sent["seq"], &json!(true)));
    carol.say(&room, "me too").await;
    his.expect_event("new_message").await;
    for with in [
        json!({}),
        json!({ "client_id": "two" }),
        json!({ "client_id": "three", "after_seq": 2 }),
    ] {
        let mut next = json!({ "room_id": room, "text_message": "two" });
        next.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        let refused = his.act("send_message", next).await.unwrap_err();
        assert_eq!(refused.code(), "rate_limited");
    }
    let refused = bob.send(&room, json!({ "text_message": "two" })).await;
    let problem = refused.refused(429, "rate_limited");
    let wait = problem["retry_after_ms"].as_u64().unwrap();
    assert!((20_000_000..=21_600_000).contains(&wait), "{problem}");
    for number in 0..3 {
        ada.say(&room, &number.to_string()).await;
    }
    let backend = json!({ "text_message": "from the backend" });
    for _ in 0..2 {
        let path = format!("/room/{room}/message/send");
        server.post(&path, backend.clone()).await.expect(201);
    }
    set(&ada, &room, json!({ "slow_mode_seconds": null })).await;
    bob.say(&room, "two").await;
}

#[tokio::test]
async fn only_one_of_200_messages_at_once_passes_slow_mode() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    set(&ada, &room, json!({ "slow_mode_seconds": 600 })).await;
    let texts: Vec<String> = (0..200).map(|number| number.to_string()).collect();
    let sends = texts
        .iter()
        .map(|text| bob.send(&room, json!({ "text_message": text })));
    let replies = futures_util::future::join_all(sends).await;
    let sent = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(sent, 1);
    for reply in replies.into_iter().filter(|reply| reply.status != 201) {
        assert!(matches!(reply.status, 429 | 503), "{reply:?}");
    }
    assert_eq!(server.messages(&room).await.len(), 1);
}

#[tokio::test]
async fn a_room_may_take_shorter_messages_and_only_those_of_moderators() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = ada.group(&[&bob]).await;
    set(&ada, &room, json!({ "max_message_bytes": 4 })).await;
    let fits = bob.say(&room, "four").await;
    let refused = bob.send(&room, json!({ "text_message": "fünf" })).await;
    assert_eq!(refused.refused(400, "invalid_input")["field"], "text_message");
    let message = format!("/room/{room}/message/{}", fits["id"].as_str().unwrap());
    bob.patch(&message, json!({ "text_message": "fives" }))
        .await
        .refused(400, "invalid_input");
    let changed = set(&ada, &room, json!({ "max_message_bytes": null, "send": "moderators" })).await;
    assert_eq!(
        (changed.get("max_message_bytes"), &changed["send"]),
        (None, &json!("moderators"))
    );
    bob.send(&room, json!({ "text_message": "hi" }))
        .await
        .refused(403, "forbidden");
    let said = ada.say(&room, "news").await;
    let reaction = format!("/room/{room}/message/{}/reaction/+1", said["id"].as_str().unwrap());
    bob.put(&reaction).await.expect(200);
    for wrong in [
        json!({ "slow_mode_seconds": 0 }),
        json!({ "slow_mode_seconds": 21_601 }),
        json!({ "max_message_bytes": 8_001 }),
        json!({ "send": "nobody" }),
    ] {
        ada.patch(&format!("/room/{room}"), wrong)
            .await
            .refused(400, "invalid_input");
    }
}

#[tokio::test]
async fn nobody_writes_into_an_archived_room() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = ada.group(&[&bob]).await;
    set(&ada, &room, json!({ "public": true })).await;
    let said = bob.say(&room, "hi").await;
    let pin = format!("/room/{room}/message/{}/pin", said["id"].as_str().unwrap());
    ada.put_body(&pin, json!({})).await.expect(200);
    let mut his = bob.join(&room).await;
    let path = format!("/room/{room}/archive");
    for _ in 0..2 {
        assert_eq!(ada.put(&path).await.expect(200)["archived"], true);
    }
    his.expect_event("room_archived").await;
    his.expect_silence().await;
    let send = json!({ "text_message": "x" });
    ada.send(&room, send.clone()).await.refused(409, "room_archived");
    let backend = format!("/room/{room}/message/send");
    server.post(&backend, send.clone()).await.refused(409, "room_archived");
    let frame = json!({ "room_id": room, "text_message": "x" });
    assert_eq!(his.refused("send_message", frame).await, "room_archived");
    let message = format!("/room/{room}/message/{}", said["id"].as_str().unwrap());
    bob.patch(&message, send.clone()).await.refused(409, "room_archived");
    bob.put(&format!("{message}/reaction/+1"))
        .await
        .refused(409, "room_archived");
    let until = json!({ "expires_at": "2190-01-31T12:00:00Z" });
    for caller in [&*ada, &**server] {
        let pinned = caller.put_body(&pin, until.clone()).await;
        pinned.refused(409, "room_archived");
        caller.delete(&pin).await.refused(409, "room_archived");
    }
    let join = format!("/room/{room}/join");
    carol.call("POST", &join, None).await.refused(409, "room_archived");
    let (one, several) = (format!("/room/{room}/member"), format!("/room/{room}/members"));
    for caller in [&*ada, &**server] {
        let added = caller.post(&one, json!({ "user_id": carol.id })).await;
        added.refused(409, "room_archived");
        let added = caller.post(&several, json!({ "user_ids": [bob.id, carol.id] })).await;
        added.refused(409, "room_archived");
    }
    // Who is a member already stays one.
    ada.post(&one, json!({ "user_id": bob.id })).await.expect(200);
    ada.post(&several, json!({ "user_ids": [bob.id] })).await.expect(200);
    bob.call("POST", &join, None).await.expect(200);
    his.expect_silence().await;
    assert_eq!(server.messages(&room).await.len(), 1);
    assert_eq!(ada.delete(&path).await.expect(200).get("archived"), None);
    his.expect_event("room_unarchived").await;
    bob.send(&room, send).await.expect(201);
    carol.call("POST", &join, None).await.expect(200);
    ada.delete(&pin).await.expect(204);
}

#[tokio::test]
async fn a_room_has_its_settings_from_its_first_entry_on() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let settings = json!({
        "slow_mode_seconds": 600, "max_message_bytes": 4, "send": "moderators", "retention_days": 30,
    });
    let with = |kind: &str, more: &Value| {
        let mut body = json!({ "kind": kind, "members": [bob.id] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let made = ada.post("/room", with("group", &settings)).await.expect(201);
    for (name, value) in settings.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    let room = made["id"].as_str().unwrap();
    assert_eq!(ada.get(&format!("/room/{room}")).await.expect(200), made);
    let hi = json!({ "text_message": "hi" });
    bob.send(room, hi.clone()).await.refused(403, "forbidden");
    let refused = ada.send(room, json!({ "text_message": "fives" })).await;
    assert_eq!(refused.refused(400, "invalid_input")["field"], "text_message");
    set(&ada, room, json!({ "send": "all" })).await;
    bob.send(room, hi.clone()).await.expect(201);
    bob.send(room, hi).await.refused(429, "rate_limited");
    for (wrong, field) in [
        (json!({ "slow_mode_seconds": 0 }), "slow_mode_seconds"),
        (json!({ "max_message_bytes": 8_001 }), "max_message_bytes"),
        (json!({ "retention_days": 3_651 }), "retention_days"),
    ] {
        let refused = ada.post("/room", with("group", &wrong)).await;
        assert_eq!(refused.refused(400, "invalid_input")["field"], field);
    }
    // Neither of the two decides for both.
    let refused = ada
        .post("/room", with("direct", &json!({ "send": "moderators" })))
        .await;
    assert_eq!(refused.refused(400, "invalid_input")["field"], "kind");
    let mut direct = with("direct", &json!({ "max_message_bytes": 4 }));
    direct["members"] = json!([ada.id, bob.id]);
    let direct = server.post("/room", direct).await.expect(201);
    assert_eq!(direct["max_message_bytes"], 4);
}
