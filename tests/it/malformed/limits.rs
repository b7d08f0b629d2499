//! Exactly at each limit and one above; frames that a connection does not survive.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::harness::{Socket, TestServer};

async fn limits(server: &TestServer) -> impl Fn(&str) -> usize + use<> {
    let limits = server.get("/limits").await.expect(200);
    move |name: &str| usize::try_from(limits[name].as_u64().unwrap()).unwrap()
}

#[tokio::test]
async fn texts_up_to_their_limits() {
    let server = TestServer::start();
    let limit = limits(&server).await;
    let ada = server.person("Ada").await;
    let room = server.group(&[&ada]).await;
    let most = limit("text_message_bytes");
    for (unit, width) in [("a", 1), ("é", 2), ("世", 3), ("👋", 4)] {
        let text = unit.repeat(most / width);
        let sent = ada.say(&room, &text).await;
        assert_eq!(sent["text_message"], text.as_str());
        let above = ada.send(&room, json!({ "text_message": text + unit })).await;
        assert_eq!(above.refused(400, "invalid_input")["field"], "text_message");
    }
    let most = limit("name_chars");
    let name = "世".repeat(most);
    let user = server.post("/user", json!({ "name": name })).await.expect(201);
    assert_eq!(user["name"], name.as_str());
    server
        .post("/user", json!({ "name": name + "x" }))
        .await
        .refused(400, "invalid_input");
    let client_id = "k".repeat(limit("client_id_chars"));
    ada.send(&room, json!({ "text_message": "x", "client_id": client_id }))
        .await
        .expect(201);
    let above = json!({ "text_message": "x", "client_id": client_id + "k" });
    ada.send(&room, above).await.refused(400, "invalid_input");
    assert_eq!(server.messages(&room).await.len(), 5);
}

#[tokio::test]
async fn custom_data_up_to_its_limits() {
    let server = TestServer::start();
    let limit = limits(&server).await;
    let of_size = |size: usize| json!({ "a": "x".repeat(size - "{\"a\":\"\"}".len()) });
    let of_depth = |depth: usize| (1..depth).fold(json!({}), |inner, _| json!({ "a": inner }));
    let (bytes, depth) = (limit("custom_bytes"), limit("custom_depth"));
    for custom in [
        of_size(bytes),
        of_depth(depth),
        json!({ "n": [0, -1, 1.5, 9_007_199_254_740_993_u64, "\u{202e}\u{200b}"] }),
    ] {
        let user = server
            .post("/user", json!({ "name": "A", "custom": custom }))
            .await
            .expect(201);
        assert_eq!(user["custom"], custom);
    }
    for custom in [of_size(bytes + 1), of_depth(depth + 1)] {
        let reply = server.post("/user", json!({ "name": "A", "custom": custom })).await;
        assert_eq!(reply.refused(400, "invalid_input")["field"], "custom");
    }
}

#[tokio::test]
async fn members_up_to_their_limit() {
    let server = TestServer::start();
    let most = limits(&server).await("members_at_creation");
    let mut ids: Vec<Value> = Vec::new();
    for number in 0..=most {
        let user = server
            .post("/user", json!({ "name": format!("P{number}") }))
            .await
            .expect(201);
        ids.push(user["id"].clone());
    }
    let room = json!({ "kind": "group", "members": ids });
    server.post("/room", room).await.refused(400, "invalid_input");
    let room = json!({ "kind": "group", "members": ids[..most] });
    assert_eq!(server.post("/room", room).await.expect(201)["member_count"], most);
    let own = json!({ "kind": "group", "members": ids[1..] });
    server
        .acting_as(ids[0].as_str().unwrap())
        .post("/room", own)
        .await
        .refused(400, "invalid_input");
}

fn padded(size: usize) -> String {
    let frame = "{\"action\":\"ping\"}";
    format!("{frame}{}", " ".repeat(size - frame.len()))
}

#[tokio::test]
async fn frames_up_to_their_limit() {
    let server = TestServer::start();
    let most = limits(&server).await("frame_bytes");
    let mut socket = server.person("Ada").await.connect().await;
    socket.raw(&padded(most)).await.unwrap();
    for size in [most + 1, 32 * 1024] {
        assert_eq!(socket.raw(&padded(size)).await.unwrap_err().code(), "payload_too_large");
    }
    socket.expect_silence().await;
}

fn text(content: impl Into<Vec<u8>>, kind: Data, last: bool) -> Message {
    Message::Frame(Frame::message(content.into(), OpCode::Data(kind), last))
}

async fn ends_with(mut socket: Socket, messages: Vec<Message>, code: u16) {
    for message in messages {
        socket.try_send(message).await;
    }
    assert_eq!(socket.expect_close().await, Some(code));
}

#[tokio::test]
async fn frames_that_end_a_connection() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut his = bob.join(&room).await;
    let too_big = vec![Message::text(padded(32 * 1024 + 1))];
    ends_with(ada.connect().await, too_big, 1009).await;
    let fragments = (0..9).map(|number| {
        let kind = if number == 0 { Data::Text } else { Data::Continue };
        text(vec![b' '; 16 * 1024], kind, number == 8)
    });
    ends_with(ada.connect().await, fragments.collect(), 1009).await;
    ends_with(
        ada.connect().await,
        vec![text(vec![b'"', 0xff, b'"'], Data::Text, true)],
        1007,
    )
    .await;
    ends_with(ada.connect().await, vec![Message::binary(vec![1, 2, 3])], 1003).await;
    ends_with(ada.connect().await, vec![text("x", Data::Continue, true)], 1002).await;
    let heard = ada.say(&room, "others go on").await;
    assert_eq!(his.expect_event("new_message").await, heard);
    his.expect_silence().await;
}

#[tokio::test]
async fn a_message_in_fragments_is_one_message() {
    let server = TestServer::start();
    let mut socket = server.person("Ada").await.connect().await;
    for (number, byte) in padded(200).into_bytes().into_iter().enumerate() {
        let kind = if number == 0 { Data::Text } else { Data::Continue };
        socket.send(text(vec![byte], kind, number == 199)).await;
    }
    assert_eq!(socket.next().await["event"], "pong");
}

/// A connection that sends more than its rate is told so; it is not ended and others do not notice.
#[tokio::test]
async fn a_flood_is_held_back() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let mut hers = ada.connect().await;
    let mut his = bob.connect().await;
    let limits = server.get("/limits").await.expect(200);
    // Where there is no limit for each connection, as many as would be too many elsewhere.
    let flood = 200 + limits["frames_at_once"].as_u64().unwrap_or(500);
    for _ in 0..flood {
        hers.send(Message::text("{\"action\":\"dance\"}")).await;
    }
    his.expect_silence().await;
    for _ in 0..flood {
        let frame = hers.next().await;
        let told = frame["event"] == "error" || frame["message"] == "Too Many Requests";
        assert!(told, "{frame}");
    }
}
