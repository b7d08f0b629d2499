//! facebook-clone's WebSocket: `/api/chat/ws/chat/?token=`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{FOREIGN_SECRET, Foreign, Guest, TestServer, jwt, understand};

/// Two friends, and their room.
async fn friends() -> (TestServer, [Guest; 2], String) {
    let server = TestServer::start();
    understand(&server).await;
    let alice = Guest::new(&server, "Alice").await;
    let john = Guest::new(&server, "John").await;
    let room = friends_room(&server, [&alice, &john]).await;
    (server, [alice, john], room)
}

async fn friends_room(server: &TestServer, friends: [&Guest; 2]) -> String {
    let room = json!({ "kind": "direct", "members": friends.map(|friend| &friend.id) });
    let room = server.post("/room", room).await.expect(201);
    room["id"].as_str().unwrap().to_owned()
}

async fn say(from: &mut Foreign, room: &str, content: &str) {
    from.send(json!({ "type": "chat.message", "data": { "room": room, "content": content } }))
        .await;
}

fn user(guest: &Guest, frame: &Value) {
    assert_eq!(
        (&frame["id"], &frame["full_name"]),
        (&json!(guest.own_id), &json!(guest.name))
    );
    let colour = frame["bg_color"].as_str().unwrap();
    assert!(colour.len() == 7 && colour.starts_with('#'), "{frame}");
}

#[tokio::test]
async fn a_message_comes_to_the_others_on_one_connection_for_all_rooms() {
    let (server, [alice, john], room) = friends().await;
    let eve = Guest::new(&server, "Eve").await;
    let other = friends_room(&server, [&eve, &john]).await;
    let (mut hers, mut his, mut eves) = (
        alice.facebook_clone().await,
        john.facebook_clone().await,
        eve.facebook_clone().await,
    );
    say(&mut hers, &room, "Hello, how are you?").await;
    let told = his.expect("chat.message").await["data"].clone();
    user(&alice, &told["user"]);
    assert_eq!(
        (&told["content"], &told["direction"], &told["is_read"], &told["room"]),
        (
            &json!("Hello, how are you?"),
            &json!("received"),
            &json!(false),
            &json!(room)
        )
    );
    assert!(told["created_at"].as_str().unwrap().ends_with("000Z"), "{told}");
    say(&mut eves, &other, "hi").await;
    let told = his.expect("chat.message").await["data"].clone();
    assert_eq!((&told["room"], &told["content"]), (&json!(other), &json!("hi")));
    // Who wrote it draws it by itself, and a colour stays what it is.
    say(&mut his, &room, "fine").await;
    let told = hers.expect("chat.message").await["data"].clone();
    assert_eq!(told["content"], "fine");
    assert_eq!(server.messages(&room).await.len(), 2);
}

#[tokio::test]
async fn typing_and_reading_are_told_to_the_others() {
    let (server, [alice, john], room) = friends().await;
    let (mut hers, mut his) = (alice.facebook_clone().await, john.facebook_clone().await);
    for kind in ["friend.typing.start", "friend.typing.stop"] {
        hers.send(json!({ "type": kind, "data": { "room": room } })).await;
        assert_eq!(
            his.expect(kind).await["data"],
            json!({ "room": room, "user": alice.own_id })
        );
    }
    say(&mut hers, &room, "hi").await;
    his.expect("chat.message").await;
    his.send(json!({ "type": "chat.read", "data": { "room": room } })).await;
    assert_eq!(
        hers.expect("chat.read").await["data"],
        json!({ "room": room, "user": john.own_id })
    );
    let unread = server.acting_as(&john.id).get("/unread").await.expect(200);
    assert_eq!(unread["unread"]["count"], 0, "{unread}");
}

#[tokio::test]
async fn friends_hear_who_comes_and_goes() {
    let (_server, [alice, john], room) = friends().await;
    let mut hers = alice.facebook_clone().await;
    say(&mut hers, &room, "are you there?").await;
    let his = john.facebook_clone().await;
    let come = hers.expect("friend.online").await["data"].clone();
    user(&john, &come["friend"]);
    assert_eq!(
        (
            &come["id"],
            &come["friend"]["is_online"],
            &come["last_message"],
            &come["unread_count"]
        ),
        (&json!(room), &json!(true), &json!("are you there?"), &json!(0))
    );
    drop(his);
    let gone = hers.expect("friend.offline").await["data"].clone();
    user(&john, &gone["friend"]);
    assert_eq!(gone["friend"]["is_online"], false);
    assert!(gone["friend"]["last_seen"].is_string(), "{gone}");
}

/// The service knew a user as gone as soon as one of two tabs was closed.
#[tokio::test]
async fn closing_one_of_two_tabs_is_no_leaving() {
    let (_server, [alice, john], room) = friends().await;
    let mut hers = alice.facebook_clone().await;
    let (one, mut other) = (john.facebook_clone().await, john.facebook_clone().await);
    hers.expect("friend.online").await;
    drop(one);
    say(&mut other, &room, "still here").await;
    let next = hers.next().await;
    assert_eq!(
        (&next["type"], &next["data"]["content"]),
        (&json!("chat.message"), &json!("still here"))
    );
}

/// In the service a room that was made later needed a new connection.
#[tokio::test]
async fn a_room_that_is_made_later_is_heard_of_by_itself() {
    let (server, [alice, _], _) = friends().await;
    let mut hers = alice.facebook_clone().await;
    let eve = Guest::new(&server, "Eve").await;
    let room = friends_room(&server, [&alice, &eve]).await;
    let mut eves = eve.facebook_clone().await;
    say(&mut eves, &room, "hello").await;
    assert_eq!(hers.expect("chat.message").await["data"]["content"], "hello");
}

/// In the service this made an empty room and ended the connection.
#[tokio::test]
async fn who_writes_to_a_user_has_a_room_with_them() {
    let (server, [alice, _], _) = friends().await;
    let eve = Guest::new(&server, "Eve").await;
    let (mut hers, mut eves) = (alice.facebook_clone().await, eve.facebook_clone().await);
    say(&mut hers, &eve.own_id, "hello").await;
    let told = eves.expect("chat.message").await["data"].clone();
    user(&alice, &told["user"]);
    assert_eq!(told["content"], "hello");
    say(&mut hers, &eve.own_id, "again").await;
    assert_eq!(
        eves.expect("chat.message").await["data"]["room"],
        told["room"],
        "one room"
    );
    assert_eq!(server.messages(told["room"].as_str().unwrap()).await.len(), 2);
}

/// The service ended the connection for any of these, and left the user online for ever.
#[tokio::test]
async fn nonsense_is_passed_over() {
    let (_server, [alice, john], room) = friends().await;
    let (mut hers, mut his) = (alice.facebook_clone().await, john.facebook_clone().await);
    for nonsense in [
        "",
        "{",
        "null",
        "[]",
        r#"{"type":"chat.message","data":{"room":"no uuid","content":"hi"}}"#,
        r#"{"type":"friend.typing.start","data":{}}"#,
        r#"{"type":"chat.read","data":{"room":"497f6eca-6276-4993-bfeb-53cbbbba6f08"}}"#,
        r#"{"type":"dance","data":{"room":"x"}}"#,
    ] {
        hers.raw(nonsense).await;
    }
    say(&mut hers, &room, "hi").await;
    assert_eq!(his.expect("chat.message").await["data"]["content"], "hi");
}

/// The service told any room that anybody was typing in it.
#[tokio::test]
async fn nobody_does_anything_in_a_room_that_is_none_of_theirs() {
    let (server, [alice, john], room) = friends().await;
    let mut his = john.facebook_clone().await;
    let eve = Guest::new(&server, "Eve").await;
    let mut eves = eve.facebook_clone().await;
    eves.send(json!({ "type": "friend.typing.start", "data": { "room": room } }))
        .await;
    eves.send(json!({ "type": "chat.read", "data": { "room": room } }))
        .await;
    say(&mut eves, &room, "let me in").await;
    let mut hers = alice.facebook_clone().await;
    say(&mut hers, &room, "hi").await;
    assert_eq!(his.expect("chat.message").await["data"]["content"], "hi");
    assert_eq!(server.messages(&room).await.len(), 1);
    assert_eq!(eves.next_within(Duration::from_millis(200)).await, None);
}

/// The service took tokens that are for new tokens alone.
#[tokio::test]
async fn nobody_connects_without_a_token_that_is_good_for_it() {
    let (_server, [alice, _], _) = friends().await;
    let mut refresh = alice.claims();
    refresh["token_type"] = json!("refresh");
    for token in [String::new(), "x".to_owned(), jwt(FOREIGN_SECRET, refresh)] {
        let url = alice.url("facebook-clone", &format!("/api/chat/ws/chat/?token={token}"));
        assert_eq!(Foreign::open(&url).await.map(|_| ()), Err(403), "{token}");
    }
    // Without the slash the service failed.
    let url = alice.url("facebook-clone", &format!("/api/chat/ws/chat?token={}", alice.token()));
    assert!(Foreign::open(&url).await.is_ok());
}

#[tokio::test]
async fn what_one_writes_elsewhere_is_seen_on_ones_other_tabs() {
    let (_server, [alice, _], room) = friends().await;
    let (mut one, mut other) = (alice.facebook_clone().await, alice.facebook_clone().await);
    say(&mut one, &room, "hi").await;
    assert_eq!(other.expect("chat.message").await["data"]["direction"], "sent");
    assert_eq!(one.next_within(Duration::from_millis(200)).await, None);
}
