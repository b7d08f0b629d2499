//! One room, and in it clients of several services and of Parlour's own: all hear of each other what their protocols can say.

use serde_json::json;

use crate::harness::{Foreign, Guest, TestServer, understand};

/// At a server of the test's own, whose default app is that of the test.
#[tokio::test]
async fn paths_that_one_service_alone_has_need_no_prefix() {
    let server = TestServer::own_in_memory();
    understand(&server).await;
    let ada = Guest::new(&server, "Ada").await;
    let new = json!({ "kind": "group", "name": "Tea", "members": [ada.id] });
    let room = server.post("/room", new).await.expect(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let http = server.ready["http"].as_str().unwrap();
    let ws = http.replacen("http", "ws", 1);
    let mut go = Foreign::open(&format!("{ws}/ws/chat/{room}?token={}", ada.token()))
        .await
        .unwrap();
    go.send(json!({ "type": "message", "content": "hello" })).await;
    go.expect("new_message").await;
    let one_for_all = format!("{ws}/api/chat/ws/chat/?token={}", ada.token());
    assert!(Foreign::open(&one_for_all).await.is_ok());
    let rooms = reqwest::Client::builder().no_proxy().build().unwrap();
    let rooms = rooms
        .get(format!("{http}/api/chat/users/"))
        .header("authorization", format!("JWT {}", ada.token()))
        .send()
        .await
        .unwrap();
    assert_eq!(rooms.status(), 200);
    assert_eq!(Foreign::open(&format!("{ws}/elsewhere")).await.map(|_| ()), Err(404));
}

#[tokio::test]
async fn all_see_each_others_messages_and_the_same_history() {
    let server = TestServer::start();
    understand(&server).await;
    let ada = server.person("Ada").await;
    let (gopher, django) = (Guest::new(&server, "Gopher").await, Guest::new(&server, "Django").await);
    let members = [&ada.id, &gopher.id, &django.id];
    let room = json!({ "kind": "group", "name": "All", "members": members });
    let room = server.post("/room", room).await.expect(201)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut native = ada.join(&room).await;
    let mut go = gopher.go_chat(&room).await;
    let mut facebook = django.facebook_clone().await;

    native.say(&room, "from Ada").await;
    assert_eq!(go.expect("new_message").await["data"]["content"], "from Ada");
    assert_eq!(facebook.expect("chat.message").await["data"]["content"], "from Ada");

    go.send(json!({ "type": "message", "content": "from Gopher" })).await;
    go.expect("new_message").await;
    let told = native.expect_event("new_message").await;
    assert_eq!(
        (&told["text_message"], &told["user_id"]),
        (&json!("from Gopher"), &json!(gopher.id))
    );
    let told = facebook.expect("chat.message").await["data"].clone();
    assert_eq!(
        (&told["content"], &told["user"]["id"]),
        (&json!("from Gopher"), &json!(gopher.own_id))
    );

    let message = json!({ "room": room, "content": "from Django" });
    facebook.send(json!({ "type": "chat.message", "data": message })).await;
    assert_eq!(native.expect_event("new_message").await["text_message"], "from Django");
    let told = go.expect("new_message").await;
    assert_eq!(
        (&told["data"]["content"], &told["user_id"]),
        (&json!("from Django"), &json!(django.own_id))
    );

    // Typing and reading, as far as each protocol can say it.
    facebook
        .send(json!({ "type": "friend.typing.start", "data": { "room": room } }))
        .await;
    let typing = native.expect_event("typing").await;
    assert_eq!(
        (&typing["user_id"], &typing["typing"]),
        (&json!(django.id), &json!(true))
    );
    native.ok("typing", json!({ "room_id": room, "typing": true })).await;
    let typing = facebook.expect("friend.typing.start").await;
    assert_eq!(typing["data"], json!({ "room": room, "user": ada.id }));
    let seq = told_seq(&server, &room).await;
    native.ok("mark_read", json!({ "room_id": room, "seq": seq })).await;
    assert_eq!(facebook.expect("chat.read").await["data"]["user"], ada.id);
    facebook
        .send(json!({ "type": "chat.read", "data": { "room": room } }))
        .await;
    assert_eq!(native.expect_event("read").await["user_id"], django.id);

    let expected = ["from Ada", "from Gopher", "from Django"];
    let said = server.messages(&room).await;
    let said: Vec<_> = said
        .iter()
        .map(|message| message["text_message"].as_str().unwrap())
        .collect();
    assert_eq!(said, expected);
    go.send(json!({ "type": "get_history" })).await;
    let history = go.expect("message_history").await;
    let history: Vec<_> = history["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["content"].as_str().unwrap())
        .collect();
    assert_eq!(history, expected);
}

async fn told_seq(server: &TestServer, room: &str) -> u64 {
    server.messages(room).await.last().unwrap()["seq"].as_u64().unwrap()
}
