//! A room above the size that is told before the answer: its connections hear by way of the queue.

use futures_util::future::join_all;
use parlour_gateway::{Options, Running, serve};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::{Client, app, post};

/// More than the 50 that are told inline.
const CONNECTIONS: usize = 120;
const MESSAGES: u64 = 20;

struct Room {
    running: Running,
    id: Value,
    sender: Client,
    others: Vec<Client>,
}

/// The sender and its room, with many connections of the other member.
async fn full_room() -> Room {
    let running = serve(Options::default()).await.unwrap();
    let (ada, bob) = (app(&running).user_id.clone(), app(&running).other_user_id.clone());
    let room = post(&running, "/room", json!({ "kind": "group", "members": [ada, bob] })).await;
    let id = room["id"].clone();
    let join = async |user: &str| {
        let mut client = Client::connect(&running, user).await;
        let ack = client.say(json!({ "action": "join_room", "room_id": id })).await;
        assert_eq!(ack["event"], "ack", "{ack}");
        client
    };
    let sender = join(&ada).await;
    let others = join_all((1..CONNECTIONS).map(|_| join(&bob))).await;
    Room {
        sender,
        others,
        id,
        running,
    }
}

impl Room {
    async fn send(&mut self, number: u64) {
        let message = json!({ "action": "send_message", "room_id": self.id, "text_message": number.to_string() });
        let ack = self.sender.say(message).await;
        assert_eq!(ack["event"], "ack", "{ack}");
    }
}

/// The events of a frame: one, or a batch.
fn events(frame: Value) -> Vec<Value> {
    match frame["event"].as_str() {
        Some("batch") => frame["data"].as_array().unwrap().clone(),
        _ => vec![frame],
    }
}

/// What a client hears until it has `count` messages.
async fn texts(client: &mut Client, count: u64) -> Vec<u64> {
    let mut texts = Vec::new();
    while (texts.len() as u64) < count {
        for event in events(client.hear().await) {
            // While the room was small its connections heard who came.
            if event["event"] == "user_connected" {
                continue;
            }
            assert_eq!(event["event"], "new_message", "{event}");
            texts.push(event["data"]["text_message"].as_str().unwrap().parse().unwrap());
        }
    }
    texts
}

#[tokio::test]
async fn everyone_hears_each_message_once_and_in_order() {
    let mut room = full_room().await;
    for number in 0..MESSAGES {
        room.send(number).await;
    }
    let expected: Vec<u64> = (0..MESSAGES).collect();
    for client in &mut room.others {
        assert_eq!(texts(client, MESSAGES).await, expected);
        // The next thing is the answer to this: nothing came twice.
        let pong = client.say(json!({ "action": "ping", "request_id": "last" })).await;
        assert_eq!(pong["request_id"], "last", "{pong}");
    }
    let pong = room.sender.say(json!({ "action": "ping", "request_id": "last" })).await;
    assert_eq!(
        pong["request_id"], "last",
        "the sender has its answers and hears nothing else: {pong}"
    );
    room.running.shutdown().await;
}

#[tokio::test]
async fn what_is_queued_is_told_before_a_shutdown_closes_the_sockets() {
    let mut room = full_room().await;
    for number in 0..MESSAGES {
        room.send(number).await;
    }
    let shutdown = tokio::spawn(room.running.shutdown());
    let expected: Vec<u64> = (0..MESSAGES).collect();
    for client in &mut room.others {
        assert_eq!(texts(client, MESSAGES).await, expected);
        assert!(matches!(client.next().await, Message::Close(Some(frame)) if u16::from(frame.code) == 1001));
    }
    drop((room.others, room.sender));
    shutdown.await.unwrap();
}

#[tokio::test]
async fn who_asks_for_it_is_greeted_first() {
    let running = serve(Options::default()).await.unwrap();
    for query in ["&hello=1", "&hello=true"] {
        let mut client = Client::connect_with(&running, &app(&running).user_id, query).await;
        let hello = client.hear().await;
        assert_eq!(
            (&hello["event"], &hello["data"]["user_id"]),
            (&json!("hello"), &json!(app(&running).user_id))
        );
    }
    for query in ["", "&hello=0"] {
        let mut client = Client::connect_with(&running, &app(&running).user_id, query).await;
        let pong = client.say(json!({ "action": "ping", "request_id": "1" })).await;
        assert_eq!(pong["request_id"], "1", "{pong}");
    }
    running.shutdown().await;
}
