//! Positions back and forth, delivery, receipts, and what one's own other connections hear of it.

use serde_json::{Value, json};

use crate::harness::{Person, TestServer};

async fn listed(person: &Person, room: &str) -> Value {
    let rooms = person.all("/room").await;
    rooms.into_iter().find(|item| item["id"] == room).unwrap()
}

#[tokio::test]
async fn what_is_marked_unread_is_unread_for_oneself_alone() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    for number in 0..4 {
        ada.say(&room, &number.to_string()).await;
    }
    let (mut hers, mut his, mut idle) = (ada.join(&room).await, bob.connect().await, bob.connect().await);
    his.ok("mark_read", json!({ "room_id": room, "seq": 5 })).await;
    assert_eq!(hers.expect_event("read").await["read_seq"], 5);
    // A connection that has joined no room hears of its user's position.
    let changed = idle.expect_event("unread_changed").await;
    assert_eq!(changed, json!({ "room_id": room, "read_seq": 5 }));
    assert_eq!(listed(&bob, &room).await["unread"]["count"], 0);

    let back = his.ok("mark_unread", json!({ "room_id": room, "seq": 4 })).await;
    assert_eq!(back, json!({ "room_id": room, "read_seq": 3 }));
    assert_eq!(idle.expect_event("unread_changed").await, back);
    let item = listed(&bob, &room).await;
    assert_eq!((&item["unread"]["count"], &item["read_seq"]), (&json!(2), &json!(3)));
    let again = his.ok("mark_unread", json!({ "room_id": room, "seq": 4 })).await;
    assert_eq!(again, back);
    let further = his.ok("mark_unread", json!({ "room_id": room, "seq": 5 })).await;
    assert_eq!(further, back, "what is unread already stays so");
    let up = his.ok("mark_read", json!({ "room_id": room, "seq": 2 })).await;
    assert_eq!(up["read_seq"], 3, "reading moves it up only");
    idle.expect_silence().await;
    // Nor is it news to the others what is read, or delivered, once more.
    let once_more = his.ok("mark_read", json!({ "room_id": room, "seq": 4 })).await;
    assert_eq!(idle.expect_event("unread_changed").await, once_more);
    let delivered = his.ok("mark_delivered", json!({ "room_id": room, "seq": 5 })).await;
    assert_eq!(delivered["delivered_seq"], 5);
    hers.expect_silence().await;

    // For the others it stays read.
    let positions = ada.get(&format!("/room/{room}/read")).await.expect(200);
    let of_bob = positions["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["user_id"] == bob.id);
    let expected = json!({ "user_id": bob.id, "read_seq": 5, "delivered_seq": 5 });
    assert_eq!(of_bob, Some(&expected));
    let beyond = his.refused("mark_unread", json!({ "room_id": room, "seq": 6 })).await;
    assert_eq!(beyond, "invalid_input");
    his.expect_silence().await;
}

#[tokio::test]
async fn marking_unread_again_under_one_key_moves_nothing() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    ada.say(&room, "one").await;
    let (read, unread) = (format!("/room/{room}/read"), format!("/room/{room}/unread"));
    bob.post(&read, json!({ "seq": 2 })).await.expect(200);
    let first = bob
        .call_once("k1", "POST", &unread, Some(json!({ "seq": 2 })))
        .await
        .expect(200);
    bob.post(&read, json!({ "seq": 2 })).await.expect(200);
    let late = bob.call_once("k1", "POST", &unread, Some(json!({ "seq": 2 }))).await;
    assert!(late.replayed());
    assert_eq!(late.expect(200), first);
    assert_eq!(listed(&bob, &room).await["unread"]["count"], 0, "it was read since");
    bob.call_once("k1", "POST", &unread, Some(json!({ "seq": 1 })))
        .await
        .refused(409, "client_id_conflict");
}

#[tokio::test]
async fn the_sender_sees_how_far_a_message_has_come() {
    let server = TestServer::start();
    let [ada, bob, cyd, dan] = server.people(["Ada", "Bob", "Cyd", "Dan"]).await;
    let room = ada.group(&[&bob, &cyd]).await;
    let sent = ada.say(&room, "hi").await;
    let path = format!("/room/{room}/message/{}/status", sent["id"].as_str().unwrap());
    let counts = |status: &Value| {
        let number = |field: &str| status[field].as_u64().unwrap();
        (
            status["status"].as_str().unwrap().to_owned(),
            [number("members"), number("delivered"), number("read")],
        )
    };
    let status = async || counts(&ada.get(&path).await.expect(200));
    assert_eq!(status().await, ("sent".to_owned(), [2, 0, 0]));
    // Who comes later was not there.
    let add = json!({ "user_id": dan.id });
    ada.post(&format!("/room/{room}/member"), add).await.expect(201);
    let mut hers = ada.join(&room).await;
    let mut his = bob.connect().await;
    let delivered = his.ok("mark_delivered", json!({ "room_id": room, "seq": 2 })).await;
    assert_eq!(delivered, json!({ "room_id": room, "delivered_seq": 2 }));
    let told = hers.expect_event("delivered").await;
    assert_eq!(told, json!({ "room_id": room, "user_id": bob.id, "delivered_seq": 2 }));
    let back = his.ok("mark_delivered", json!({ "room_id": room, "seq": 1 })).await;
    assert_eq!(back["delivered_seq"], 2, "never down");
    assert_eq!(status().await, ("sent".to_owned(), [2, 1, 0]));
    cyd.post(&format!("/room/{room}/read"), json!({ "seq": 2 }))
        .await
        .expect(200);
    assert_eq!(status().await, ("delivered".to_owned(), [2, 2, 1]));
    let read = bob.post(&format!("/room/{room}/read"), json!({ "seq": 3 })).await;
    read.expect(200);
    assert_eq!(status().await, ("read".to_owned(), [2, 2, 2]));
    let by_rest = bob
        .post(&format!("/room/{room}/delivered"), json!({ "seq": 2 }))
        .await
        .expect(200);
    assert_eq!(by_rest["delivered_seq"], 3, "what is read is delivered");

    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = ada.get(&format!("{path}?limit=1{after}")).await.expect(200);
        assert_eq!(counts(&page).1, [2, 2, 2], "of all, on each page");
        seen.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let mut expected = [&bob, &cyd].map(|person| json!({ "user_id": person.id, "status": "read" }));
    expected.sort_by_key(|item| item["user_id"].to_string());
    assert_eq!(seen, expected);
    server.get(&path).await.expect(200);
    bob.get(&path).await.refused(403, "forbidden");
}

#[tokio::test]
async fn what_to_notify_of_is_ones_own() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    assert_eq!(listed(&bob, &room).await["notification"], "all");
    let (mut his, mut other) = (bob.connect().await, bob.connect().await);
    for what in ["none", "mentions"] {
        let frame = json!({ "room_id": room, "notification": what });
        let set = his.ok("set_notification", frame.clone()).await;
        assert_eq!(set, frame);
        assert_eq!(other.expect_event("notification_changed").await, frame);
        assert_eq!(listed(&bob, &room).await["notification"], what);
    }
    assert_eq!(listed(&ada, &room).await["notification"], "all");
    let path = format!("/room/{room}/notification");
    let by_rest = bob.call("PUT", &path, Some(json!({ "notification": "all" }))).await;
    by_rest.expect(200);
    assert_eq!(listed(&bob, &room).await["notification"], "all");
    his.expect_event("notification_changed").await;
    let unknown = bob.call("PUT", &path, Some(json!({ "notification": "some" }))).await;
    unknown.refused(400, "invalid_input");
}
