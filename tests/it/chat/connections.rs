//! What one connection can count on: heartbeat, leaving, mistakes, several rooms, its end.

use serde_json::json;

use crate::harness::TestServer;

#[tokio::test]
async fn leaving_ends_the_pushes_and_keeps_the_membership() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut his = bob.join(&room).await;
    let mut his_other = bob.join(&room).await;
    let left = his.ok("leave_room", json!({ "room_id": room })).await;
    assert_eq!(left, json!({ "room_id": room }));
    let missed = ada.say(&room, "anyone there?").await;
    his.expect_silence().await;
    assert_eq!(his_other.expect_event("new_message").await, missed);
    his.say(&room, "still a member").await;
    assert_eq!(his.ok("ping", json!({})).await, json!({ "rooms": {} }));
    his.ok("leave_room", json!({ "room_id": room })).await;
    assert_eq!(his.resume(&room, 1).await["items"][0], missed);
}

#[tokio::test]
async fn the_heartbeat_shows_a_lost_last_message() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let (one, two) = (server.group(&[&ada, &bob]).await, server.group(&[&ada, &bob]).await);
    let mut his = bob.join(&one).await;
    his.join(&two).await;
    ada.say(&one, "1").await;
    let last = ada.say(&one, "2").await;
    let heads = his.ok("ping", json!({})).await;
    assert_eq!(heads, json!({ "rooms": { one.as_str(): 3, two.as_str(): 1 } }));
    // The client that got no push knows seq 2 only: it asks for what comes after.
    let repaired = his.resume(&one, 2).await;
    assert_eq!(
        (&repaired["verdict"], &repaired["items"]),
        (&json!("complete"), &json!([last]))
    );
}

#[tokio::test]
async fn pong_answers_with_the_request_id() {
    let server = TestServer::start();
    let mut socket = server.person("Ada").await.connect().await;
    let id = socket.begin("ping", json!({})).await;
    let frame = socket.next().await;
    assert_eq!(
        frame,
        json!({ "event": "pong", "request_id": id, "data": { "rooms": {} } })
    );
}

#[tokio::test]
async fn mistakes_do_not_end_a_connection() {
    let server = TestServer::start();
    let mut socket = server.person("Ada").await.connect().await;
    assert_eq!(socket.refused("dance", json!({})).await, "unknown_action");
    assert_eq!(socket.refused("history", json!({})).await, "invalid_input");
    let nowhere = json!({ "room_id": "018f4a5c-0000-7000-8000-0123456789ab" });
    assert_eq!(socket.refused("join_room", nowhere).await, "not_found");
    assert_eq!(socket.ok("ping", json!({})).await, json!({ "rooms": {} }));
}

#[tokio::test]
async fn actions_of_a_connection_are_answered_in_their_order() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    let mut socket = ada.connect().await;
    let mut begun = Vec::new();
    for number in 0..30 {
        let fields = json!({ "room_id": room, "text_message": number.to_string() });
        begun.push(socket.begin("send_message", fields).await);
    }
    for (id, seq) in begun.iter().zip(2..) {
        assert_eq!(socket.answer_to(id).await.unwrap()["seq"], seq);
    }
}

#[tokio::test]
async fn one_connection_hears_of_so_many_rooms_and_no_more() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    let limits = server.get("/limits").await.expect(200);
    let most = limits["rooms_per_connection"].as_u64().unwrap();
    let mut socket = ada.connect().await;
    let mut rooms = Vec::new();
    for _ in 0..most {
        let room = server.group(&[&ada]).await;
        socket.join(&room).await;
        rooms.push(room);
    }
    let further = server.group(&[&ada]).await;
    assert_eq!(
        socket.refused("join_room", json!({ "room_id": further })).await,
        "too_many_rooms"
    );
    socket.join(&rooms[0]).await;
    let heads = socket.ok("ping", json!({})).await;
    assert_eq!(heads["rooms"].as_object().unwrap().len() as u64, most);
    socket.ok("leave_room", json!({ "room_id": rooms[0] })).await;
    socket.join(&further).await;
}

#[tokio::test]
async fn a_closed_connection_leaves_nothing_behind() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut hers = ada.join(&room).await;
    for _ in 0..25 {
        drop(bob.join(&room).await);
    }
    ada.say(&room, "for whoever is left").await;
    hers.expect_event("new_message").await;
    let mut his = bob.join(&room).await;
    hers.say(&room, "back again").await;
    his.expect_event("new_message").await;
}
