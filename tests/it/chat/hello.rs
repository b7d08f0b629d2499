//! `hello=1` in the handshake: what the connection hears first.

use serde_json::json;

use crate::harness::{Socket, TestServer};

/// The data of the first frame; `hello` may come twice, and nothing else does before it.
async fn hello(socket: &mut Socket) -> serde_json::Value {
    let said = socket.expect_event("hello").await;
    socket.ok("ping", json!({})).await;
    for again in socket.heard() {
        assert_eq!((&again["event"], &again["data"]), (&json!("hello"), &said));
    }
    said
}

#[tokio::test]
async fn who_asks_for_it_hears_hello_first() {
    let server = TestServer::start();
    let [ada, bob] = server.people(["Ada", "Bob"]).await;
    let room = server.group(&[&ada, &bob]).await;
    let mut hers = ada.handshake().query("hello", "1").open().await.unwrap();
    let said = hello(&mut hers).await;
    assert_eq!(said["user_id"], ada.id);
    assert!(
        said["connection_id"].as_str().is_some_and(|id| !id.is_empty()),
        "{said}"
    );
    assert!(
        said["lease_seconds"].as_i64().is_some_and(|seconds| seconds > 0),
        "{said}"
    );
    assert!(said["connected_at"].as_str() < said["expires_at"].as_str(), "{said}");
    hers.join(&room).await;
    let heard = bob.say(&room, "hello yourself").await;
    assert_eq!(hers.expect_event("new_message").await, heard);

    let mut other = ada.handshake().query("hello", "1").open().await.unwrap();
    assert_ne!(hello(&mut other).await["connection_id"], said["connection_id"]);
}

#[tokio::test]
async fn who_does_not_ask_hears_nothing() {
    let server = TestServer::start();
    let ada = server.person("Ada").await;
    ada.connect().await.expect_silence().await;
    let mut declined = ada.handshake().query("hello", "0").open().await.unwrap();
    declined.expect_silence().await;
}
