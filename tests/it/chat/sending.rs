//! A message stands in the log once, however often it is sent.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::TestServer;

#[tokio::test]
async fn a_repeat_over_rest_is_the_original() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut his = bob.join(&room).await;
    let message = json!({ "text_message": "once", "client_id": "m-1" });
    let first = ada.send(&room, message.clone()).await.expect(201);
    let second = ada.send(&room, message).await;
    assert!(second.replayed());
    let mut second = second.expect(200);
    assert_eq!(second["duplicate"], true);
    second.as_object_mut().unwrap().remove("duplicate");
    assert_eq!(second, first);
    assert_eq!(his.expect_event("new_message").await, first);
    his.expect_silence().await;
    let other = ada
        .send(&room, json!({ "text_message": "else", "client_id": "m-1" }))
        .await;
    other.refused(409, "client_id_conflict");
    // A client id belongs to its sender: the same text in another's hands is another message.
    let his_own = bob
        .send(&room, json!({ "text_message": "mine", "client_id": "m-1" }))
        .await;
    his_own.expect(201);
    assert_eq!(server.messages(&room).await.len(), 2);
}

#[tokio::test]
async fn a_repeat_over_a_socket_is_the_original() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let (mut hers, mut his) = (ada.join(&room).await, bob.join(&room).await);
    let message = json!({ "room_id": room, "text_message": "once", "client_id": "m-1" });
    let first = hers.ok("send_message", message.clone()).await;
    let second = hers.ok("send_message", message).await;
    assert_eq!((&second["duplicate"], &second["id"]), (&json!(true), &first["id"]));
    let conflict = json!({ "room_id": room, "text_message": "else", "client_id": "m-1" });
    assert_eq!(hers.refused("send_message", conflict).await, "client_id_conflict");
    his.expect_event("new_message").await;
    his.expect_silence().await;
    hers.expect_silence().await;
}

#[tokio::test]
async fn an_idempotency_key_stands_for_the_client_id() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    let path = format!("/room/{room}/message/send");
    let body = json!({ "text_message": "once" });
    let first = ada
        .call_once("k-1", "POST", &path, Some(body.clone()))
        .await
        .expect(201);
    assert_eq!(first["client_id"], "k-1");
    let second = ada.call_once("k-1", "POST", &path, Some(body)).await;
    assert!(second.replayed());
    assert_eq!(second.expect(200)["id"], first["id"]);
    let same = ada
        .send(&room, json!({ "text_message": "once", "client_id": "k-1" }))
        .await;
    assert_eq!(same.expect(200)["id"], first["id"]);
    let other = ada
        .call_once("k-1", "POST", &path, Some(json!({ "text_message": "else" })))
        .await;
    other.refused(409, "client_id_conflict");
    let both = json!({ "text_message": "x", "client_id": "k-2" });
    let both = ada
        .call_once("k-3", "POST", &path, Some(both))
        .await
        .refused(400, "invalid_input");
    assert_eq!(both["field"], "client_id");
}

#[tokio::test]
async fn a_base_finds_an_earlier_success() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut hers = ada.join(&room).await;
    let attempt = json!({ "room_id": room, "text_message": "hello", "client_id": "m-1", "after_seq": 1 });
    let first = hers.ok("send_message", attempt.clone()).await;
    assert_eq!(first["seq"], 2);
    for number in 0..5 {
        bob.say(&room, &format!("meanwhile {number}")).await;
    }
    let again = hers.ok("send_message", attempt).await;
    assert_eq!((&again["duplicate"], &again["seq"]), (&json!(true), &json!(2)));
    let without_id = json!({ "room_id": room, "text_message": "x", "after_seq": 1 });
    assert_eq!(hers.refused("send_message", without_id).await, "invalid_input");
}

/// Who sends again because no answer came learns what became of the message, not that it could not be sent now.
#[tokio::test]
async fn a_repeat_is_answered_as_then_whatever_would_be_refused_by_now() {
    let server = TestServer::start();
    let [ada, bob, carol] = server.people(["Ada", "Bob", "Carol"]).await;
    let room = ada.group(&[&bob, &carol]).await;
    let quoted = ada.say(&room, "question").await;
    let answer = |client_id: &str| {
        let (named, quoted) = (&carol.id, &quoted["id"]);
        json!({ "text_message": "answer", "client_id": client_id, "mentions": [named], "quote_id": quoted })
    };
    let mut with_base = answer("m-2");
    with_base["after_seq"] = quoted["seq"].clone();
    let attempts = [answer("m-1"), with_base];
    let mut sent = Vec::new();
    for attempt in &attempts {
        sent.push(bob.send(&room, attempt.clone()).await.expect(201));
    }
    let path = format!("/room/{room}");
    ada.delete(&format!("{path}/member/{}", carol.id)).await.expect(204);
    ada.delete(&format!("{path}/message/{}", quoted["id"].as_str().unwrap()))
        .await
        .expect(204);
    ada.patch(&path, json!({ "max_message_bytes": 4 })).await.expect(200);
    let mute = format!("{path}/member/{}/mute", bob.id);
    ada.put_body(&mute, json!({})).await.expect(200);
    ada.put(&format!("{path}/archive")).await.expect(200);
    for (attempt, sent) in attempts.iter().zip(&sent) {
        let again = bob.send(&room, attempt.clone()).await.expect(200);
        assert_eq!((&again["seq"], &again["duplicate"]), (&sent["seq"], &json!(true)));
        let mut other = attempt.clone();
        other["client_id"] = json!("m-3");
        bob.send(&room, other).await.refused(409, "room_archived");
    }
    // To who is no member it is not said any more.
    ada.delete(&format!("{path}/member/{}", bob.id)).await.expect(204);
    for attempt in attempts {
        bob.send(&room, attempt).await.refused(404, "not_found");
    }
}

/// What a client does whose base is too old: resume from it, look for its own id, send again.
#[tokio::test]
async fn a_stale_base_writes_nothing() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut sockets = Vec::new();
    for _ in 0..4 {
        sockets.push(bob.connect().await);
    }
    // More entries than are searched for an earlier attempt.
    let fill = sockets.iter_mut().map(async |socket| {
        for number in 0..255 {
            let filler = json!({ "room_id": room, "text_message": format!("filler {number}") });
            // Processes that know nothing of each other may lose every race for a place; nothing is written then.
            while let Err(refused) = socket.act("send_message", filler.clone()).await {
                assert_eq!(refused.code(), "room_busy");
            }
        }
    });
    join_all(fill).await;
    let mut hers = ada.join(&room).await;
    let attempt = |base: u64| json!({ "room_id": room, "text_message": "late", "client_id": "m-1", "after_seq": base });
    assert_eq!(hers.refused("send_message", attempt(1)).await, "stale_base");
    let late = json!({ "text_message": "late", "client_id": "m-1", "after_seq": 1 });
    ada.send(&room, late).await.refused(409, "stale_base");
    let last = ada.get(&format!("/room/{room}/message?limit=1")).await.expect(200);
    let forward = format!(
        "/room/{room}/message/{}/forward",
        last["items"][0]["id"].as_str().unwrap()
    );
    let late = json!({ "to_room_id": room, "client_id": "f-1", "after_seq": 1 });
    ada.post(&forward, late).await.refused(409, "stale_base");
    let head = hers.ok("ping", json!({})).await["rooms"][&room].as_u64().unwrap();
    assert_eq!(head, 1 + 4 * 255, "nothing was written");
    let sent = hers.ok("send_message", attempt(head)).await;
    assert_eq!(sent["seq"], head + 1);
    let ahead = json!({ "room_id": room, "text_message": "x", "client_id": "m-2", "after_seq": head + 100 });
    assert_eq!(hers.refused("send_message", ahead).await, "stale_base");
}

#[tokio::test]
async fn concurrent_tries_of_one_send_are_one_message() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut his = bob.join(&room).await;
    let tries = (0..8).map(async |_| {
        loop {
            let reply = ada
                .send(&room, json!({ "text_message": "once", "client_id": "m-1" }))
                .await;
            match reply.status {
                200 | 201 => return reply.body["id"].clone(),
                _ => assert_eq!(reply.problem()["retryable"], true),
            }
        }
    });
    let ids = join_all(tries).await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(his.expect_event("new_message").await["id"], ids[0]);
    his.expect_silence().await;
}

#[tokio::test]
async fn many_writers_make_one_order() {
    let server = TestServer::start();
    let people = server.people(["A", "B", "C", "D"]).await;
    let room = server.group(&people.each_ref()).await;
    let mut listener = people[0].join(&room).await;
    let write = people.iter().map(async |person| {
        let mut socket = person.connect().await;
        for number in 0..25 {
            socket.say(&room, &format!("{} {number}", person.name)).await;
        }
    });
    join_all(write).await;
    // A push whose answer was late is made again: an event may come twice, and is the same then.
    let mut heard = BTreeMap::new();
    while heard.len() < 100 {
        let message = listener.expect_event("new_message").await;
        let before = heard.insert(message["seq"].as_u64(), message.clone());
        assert!(before.is_none_or(|before| before == message), "{message}");
    }
    let stored = server.messages(&room).await;
    let place = |message: &Value| (message["seq"].clone(), message["text_message"].clone());
    let places: Vec<_> = stored.iter().map(place).collect();
    assert_eq!(heard.values().map(place).collect::<Vec<_>>(), places);
    assert!(
        stored.iter().zip(2..).all(|(message, seq)| message["seq"] == seq),
        "no hole"
    );
    assert!(
        stored.is_sorted_by_key(|message| message["created_at"].as_str()),
        "time never falls"
    );
    for person in &people {
        let own: Vec<_> = stored
            .iter()
            .filter(|message| message["user_id"] == person.id)
            .collect();
        let in_order = own
            .iter()
            .zip(0..)
            .all(|(message, number)| message["text_message"] == format!("{} {number}", person.name));
        assert!(in_order && own.len() == 25, "each sender's own order is kept");
    }
}
