//! A room with more connections than one request serves: the rest is done by a queue.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use futures_util::stream::{StreamExt as _, iter};
use serde_json::Value;

use crate::harness::{Person, Socket, TestServer};

/// A few more than are served at once.
const CONNECTIONS: usize = 55;
/// Handshakes under way at once.
const PARALLEL: usize = 8;
const MESSAGES: u64 = 3;

#[tokio::test]
async fn every_connection_of_a_large_room_hears_each_message_once() {
    let server = TestServer::start();
    let people = server.people(["A", "B", "C", "D", "E"]).await;
    let room = server.group(&people.iter().collect::<Vec<_>>()).await;
    let mut sockets = join(&people, &room).await;
    let mut sender = sockets.pop().unwrap();
    let mut sent = BTreeMap::new();
    for number in 0..MESSAGES {
        let message = sender.say(&room, &format!("to all of you, {number}")).await;
        sent.insert(message["seq"].as_u64().unwrap(), message);
    }
    let heard = join_all(sockets.iter_mut().map(messages)).await;
    assert_eq!(heard.len(), CONNECTIONS - 1);
    for heard in heard {
        assert_eq!(heard, sent);
    }
    // What is doubled would have come by now: each of these answers stands behind it.
    for socket in &mut sockets {
        socket.expect_silence().await;
    }
    sender.expect_silence().await;
}

/// Connections of all these people that hear of the room.
async fn join(people: &[Person], room: &str) -> Vec<Socket> {
    let joining = (0..CONNECTIONS).map(|number| people[number % people.len()].join(room));
    iter(joining).buffer_unordered(PARALLEL).collect().await
}

/// The messages that come, by their place; a queue keeps no order.
async fn messages(socket: &mut Socket) -> BTreeMap<u64, Value> {
    let mut heard = BTreeMap::new();
    for _ in 0..MESSAGES {
        let message = socket.expect_event("new_message").await;
        let again = heard.insert(message["seq"].as_u64().unwrap(), message);
        assert_eq!(again, None, "a message comes once");
    }
    heard
}
