//! Read positions and typing.

use serde_json::{Value, json};

use crate::harness::{Person, TestServer};

#[tokio::test]
async fn reading_is_told_to_the_others() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    for number in 0..4 {
        ada.say(&room, &number.to_string()).await;
    }
    let (mut hers, mut his, mut his_other) = (ada.join(&room).await, bob.join(&room).await, bob.join(&room).await);
    let read = his.ok("mark_read", json!({ "room_id": room, "seq": 3 })).await;
    assert_eq!(read, json!({ "room_id": room, "read_seq": 3 }));
    let told = json!({ "room_id": room, "user_id": bob.id, "read_seq": 3 });
    assert_eq!(hers.expect_event("read").await, told);
    assert_eq!(his_other.expect_event("read").await, told);
    his.expect_silence().await;

    let back = his.ok("mark_read", json!({ "room_id": room, "seq": 2 })).await;
    assert_eq!(back["read_seq"], 3, "a position never falls");
    hers.expect_silence().await;
    let by_rest = bob
        .post(&format!("/room/{room}/read"), json!({ "seq": 5 }))
        .await
        .expect(200);
    assert_eq!(by_rest, json!({ "room_id": room, "read_seq": 5 }));
    assert_eq!(hers.expect_event("read").await["read_seq"], 5);
    assert_eq!(his.expect_event("read").await["read_seq"], 5);
    let beyond = bob.post(&format!("/room/{room}/read"), json!({ "seq": 6 })).await;
    assert_eq!(beyond.refused(400, "invalid_input")["field"], "seq");
    let member = ada.get(&format!("/room/{room}/member")).await.expect(200);
    let his_row = member["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|member| member["user_id"] == bob.id);
    assert_eq!(his_row.unwrap()["read_seq"], 5);
}

#[tokio::test]
async fn typing_is_told_to_every_other_connection() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let (mut hers, mut his, mut his_other) = (ada.join(&room).await, bob.join(&room).await, bob.join(&room).await);
    for typing in [true, false] {
        let ack = his.ok("typing", json!({ "room_id": room, "typing": typing })).await;
        assert_eq!(ack, json!({ "room_id": room }));
        let told = hers.expect_event("typing").await;
        assert_eq!((&told["user_id"], &told["typing"]), (&json!(bob.id), &json!(typing)));
        assert!(told["expires_at"].is_string());
        assert_eq!(his_other.expect_event("typing").await, told);
    }
    his.expect_silence().await;
    assert!(server.messages(&room).await.is_empty(), "typing is stored nowhere");
}

async fn unread(person: &Person, room: &str) -> Value {
    let rooms = person.all("/room").await;
    let item = rooms.iter().find(|item| item["id"] == room).unwrap();
    item["unread"].clone()
}

#[tokio::test]
async fn unread_counts_the_messages_of_others() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    assert_eq!(unread(&bob, &room).await, json!({ "count": 0, "more": false }));
    let mut hers = ada.connect().await;
    for number in 0..100 {
        hers.say(&room, &number.to_string()).await;
    }
    assert_eq!(unread(&bob, &room).await, json!({ "count": 100, "more": false }));
    assert_eq!(unread(&ada, &room).await, json!({ "count": 0, "more": false }));
    hers.say(&room, "one more").await;
    assert_eq!(unread(&bob, &room).await, json!({ "count": 100, "more": true }));
    bob.post(&format!("/room/{room}/read"), json!({ "seq": 99 }))
        .await
        .expect(200);
    assert_eq!(unread(&bob, &room).await, json!({ "count": 3, "more": false }));
    bob.say(&room, "my own does not count").await;
    assert_eq!(unread(&bob, &room).await, json!({ "count": 3, "more": false }));
    ada.patch(&format!("/room/{room}"), json!({}))
        .await
        .refused(403, "forbidden");
    server
        .patch(&format!("/room/{room}"), json!({ "name": "no message" }))
        .await
        .expect(200);
    assert_eq!(unread(&bob, &room).await, json!({ "count": 3, "more": false }));
    bob.post(&format!("/room/{room}/read"), json!({ "seq": 104 }))
        .await
        .expect(200);
    assert_eq!(unread(&bob, &room).await, json!({ "count": 0, "more": false }));
}
