//! go-chat's WebSocket: `/ws/chat/{room}?token=`.

use serde_json::{Value, json};

use crate::harness::{FOREIGN_SECRET, Foreign, Guest, TestServer, jwt, understand};

/// Nobody's.
const NO_ROOM: &str = "497f6eca-6276-4993-bfeb-53cbbbba6f08";

/// Two users of the service.
async fn guests() -> (TestServer, [Guest; 2]) {
    let server = TestServer::start();
    understand(&server).await;
    let ada = Guest::new(&server, "Ada").await;
    let bob = Guest::new(&server, "Bob").await;
    (server, [ada, bob])
}

async fn room(server: &TestServer, public: bool, members: &[&Guest]) -> String {
    let members: Vec<_> = members.iter().map(|guest| &guest.id).collect();
    let room = json!({ "kind": "group", "name": "Tea", "public": public, "members": members });
    let room = server.post("/room", room).await.expect(201);
    room["id"].as_str().unwrap().to_owned()
}

async fn say(from: &mut Foreign, content: &str) -> Value {
    from.send(json!({ "type": "message", "content": content })).await;
    from.expect("new_message").await
}

async fn history(of: &mut Foreign, page: Value) -> Vec<String> {
    let mut asked = page;
    asked["type"] = json!("get_history");
    of.send(asked).await;
    let history = of.expect("message_history").await;
    assert_eq!(history["payload"]["messages"], history["data"]);
    assert_eq!(history["payload"]["total"], history["data"].as_array().unwrap().len());
    let texts = history["data"].as_array().unwrap().iter();
    texts
        .map(|message| message["content"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn everyone_in_the_room_gets_a_message_its_sender_too() {
    let (server, [ada, bob]) = guests().await;
    let room = room(&server, false, &[&ada, &bob]).await;
    let mut hers = ada.go_chat(&room).await;
    let mut his = bob.go_chat(&room).await;
    let come = hers.expect("user_connected").await;
    assert_eq!((&come["user_id"], &come["room_id"]), (&json!(bob.own_id), &json!(room)));
    let sent = say(&mut his, "Hello, everyone!").await;
    assert_eq!(sent["payload"]["content"], "Hello, everyone!");
    assert_eq!(
        (&sent["user_id"], &sent["payload"]["user_id"]),
        (&json!(bob.own_id), &json!(bob.own_id))
    );
    assert_eq!(sent["data"], sent["payload"]);
    assert_eq!(hers.expect("new_message").await, sent);
    drop(his);
    let gone = hers.expect("user_disconnected").await;
    assert_eq!(gone["data"]["user_id"], bob.own_id);
}

#[tokio::test]
async fn history_is_what_was_said_oldest_first() {
    let (server, [ada, _]) = guests().await;
    let room = room(&server, false, &[&ada]).await;
    let mut hers = ada.go_chat(&room).await;
    assert_eq!(history(&mut hers, json!({})).await, [] as [&str; 0]);
    let mut sent = Vec::new();
    for text in ["one", "two", "three", "four", "five"] {
        sent.push(say(&mut hers, text).await["payload"].clone());
    }
    assert_eq!(
        history(&mut hers, json!({})).await,
        ["one", "two", "three", "four", "five"]
    );
    assert_eq!(
        history(&mut hers, json!({ "limit": 2, "offset": 0 })).await,
        ["one", "two"]
    );
    assert_eq!(
        history(&mut hers, json!({ "limit": 2, "offset": 2 })).await,
        ["three", "four"]
    );
    assert_eq!(history(&mut hers, json!({ "limit": 2, "offset": 4 })).await, ["five"]);
    assert_eq!(history(&mut hers, json!({ "offset": 5 })).await, [] as [&str; 0]);
    hers.send(json!({ "type": "get_history", "limit": 1, "offset": 1 }))
        .await;
    let page = hers.expect("message_history").await;
    // In the original what was told had another id than what was kept.
    assert_eq!(page["data"], json!([sent[1]]));
    assert_eq!(page["user_id"], ada.own_id);
}

#[tokio::test]
async fn opening_a_public_room_is_joining_it() {
    let (server, [ada, bob]) = guests().await;
    let room = room(&server, true, &[&ada]).await;
    let mut his = bob.go_chat(&room).await;
    say(&mut his, "hi").await;
    let members = server.all(&format!("/room/{room}/member")).await;
    assert_eq!(members.len(), 2);
    // Again he is who he was.
    let mut again = bob.go_chat(&room).await;
    assert_eq!(history(&mut again, json!({})).await, ["hi"]);
    assert_eq!(server.all(&format!("/room/{room}/member")).await.len(), 2);
}

#[tokio::test]
async fn nobody_enters_a_room_that_is_none_or_none_of_theirs() {
    let (server, [ada, bob]) = guests().await;
    let private = room(&server, false, &[&ada]).await;
    for room in [private.as_str(), NO_ROOM, "no-id-at-all"] {
        let url = bob.url("go-chat", &format!("/ws/chat/{room}?token={}", bob.token()));
        // Behind API Gateway they are let in to be told so.
        if let Ok(mut client) = Foreign::open(&url).await {
            client.expect("error").await;
            client.ended().await;
        }
    }
    assert_eq!(server.all(&format!("/room/{private}/member")).await.len(), 1);
}

#[tokio::test]
async fn nobody_connects_without_a_token_that_is_good_for_it() {
    let (server, [ada, _]) = guests().await;
    let room = room(&server, true, &[&ada]).await;
    let mut refresh = ada.claims();
    refresh["token_type"] = json!("refresh");
    let mut ended = ada.claims();
    ended["exp"] = json!(1_700_000_000);
    for (what, token) in [
        ("none", String::new()),
        ("no token", "x.y.z".to_owned()),
        (
            "one of another secret",
            jwt("another secret of 0123456789 and 32 bytes", ada.claims()),
        ),
        ("one that is for new tokens alone", jwt(FOREIGN_SECRET, refresh)),
        ("one that has ended", jwt(FOREIGN_SECRET, ended)),
    ] {
        let url = ada.url("go-chat", &format!("/ws/chat/{room}?token={token}"));
        assert!(Foreign::open(&url).await.is_err(), "{what}");
    }
    let no_token = ada.url("go-chat", &format!("/ws/chat/{room}"));
    assert!(Foreign::open(&no_token).await.is_err());
}

/// A gateway in between may have statuses of its own.
#[tokio::test]
async fn who_is_not_let_into_a_room_is_told_so() {
    let (server, [ada, bob]) = guests().await;
    let private = room(&server, false, &[&ada]).await;
    for (room, status) in [(private.as_str(), 404), (NO_ROOM, 404), ("no-id-at-all", 400)] {
        let url = bob.url("go-chat", &format!("/ws/chat/{room}?token={}", bob.token()));
        match Foreign::open(&url).await {
            Err(refused) => assert_eq!(refused, status, "{room}"),
            // API Gateway does not pass the status on.
            Ok(mut client) => {
                assert!(server.ready["edge"].is_string(), "the gateway passes it on: {room}");
                let told = client.expect("error").await;
                assert_eq!(told["payload"], json!({ "error": "Room not found" }));
                assert_eq!(told["room_id"], room);
                client.ended().await;
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_has_the_status_of_the_service() {
    let (server, [ada, bob]) = guests().await;
    let room = room(&server, false, &[&ada]).await;
    for token in ["x.y.z", ""] {
        let url = bob.url("go-chat", &format!("/ws/chat/{room}?token={token}"));
        assert_eq!(Foreign::open(&url).await.map(|_| ()), Err(401), "{token}");
    }
}

#[tokio::test]
async fn a_room_is_also_found_by_the_key_that_another_system_gave_it() {
    let (server, [ada, _]) = guests().await;
    let key = format!(
        "{:0>8}-6276-4993-bfeb-53cbbbba6f08",
        ada.own_id.len() + std::process::id() as usize
    );
    let new = json!({ "kind": "group", "name": "Tea", "members": [ada.id], "key": key });
    let reply = server.post("/room", new).await;
    let room = reply.expect(201)["id"].as_str().unwrap().to_owned();
    let mut hers = ada.go_chat(&key).await;
    assert_eq!(say(&mut hers, "hi").await["room_id"], room);
}

#[tokio::test]
async fn what_cannot_be_sent_is_an_error_and_nonsense_is_nothing() {
    let (server, [ada, _]) = guests().await;
    let room = room(&server, false, &[&ada]).await;
    let mut hers = ada.go_chat(&room).await;
    for nonsense in [
        "",
        "{",
        "null",
        "[]",
        r#"{"type":"dance"}"#,
        r#"{"type":"message","content":5}"#,
    ] {
        hers.raw(nonsense).await;
    }
    // A message of blanks is none in Parlour.
    for nothing in ["", " "] {
        hers.send(json!({ "type": "message", "content": nothing })).await;
        let error = hers.expect("error").await;
        assert_eq!(error["payload"], json!({ "error": "Failed to send message" }));
        assert_eq!(
            (&error["data"], &error["user_id"]),
            (&error["payload"], &json!(ada.own_id))
        );
    }
    // The name of a native action means nothing here.
    hers.send(json!({ "action": "list_rooms" })).await;
    assert_eq!(hers.expect("error").await["data"]["error"], "Unknown message type");
    say(&mut hers, "hi").await;
}

/// The service ended the new connection too when one came in place of an old one, and told of a departure that was none.
#[tokio::test]
async fn a_new_connection_does_not_end_with_the_old_one() {
    let (server, [ada, bob]) = guests().await;
    let room = room(&server, false, &[&ada, &bob]).await;
    let mut his = bob.go_chat(&room).await;
    let old = ada.go_chat(&room).await;
    his.expect("user_connected").await;
    let mut new = ada.go_chat(&room).await;
    drop(old);
    say(&mut new, "still here").await;
    let next = his.next().await;
    assert_eq!(
        (&next["type"], &next["data"]["content"]),
        (&json!("new_message"), &json!("still here"))
    );
}

/// The service told everyone from a thread of its own, in any order.
#[tokio::test]
async fn messages_come_in_the_order_in_which_they_were_sent() {
    let (server, [ada, bob]) = guests().await;
    let room = room(&server, false, &[&ada, &bob]).await;
    let mut his = bob.go_chat(&room).await;
    let mut hers = ada.go_chat(&room).await;
    for number in 0..10 {
        say(&mut hers, &number.to_string()).await;
    }
    for number in 0..10 {
        assert_eq!(his.expect("new_message").await["data"]["content"], number.to_string());
    }
}
