//! Everything together in one process, in memory: REST, the WebSocket, the handlers, the store.

#![expect(clippy::unwrap_used, reason = "tests, and what only they use")]

mod fan_out;

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parlour_gateway::secrets::DevelopmentApp;
use parlour_gateway::{Options, Running, serve};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longer than anything here takes.
const LIMIT: Duration = Duration::from_secs(20);

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    async fn connect(running: &Running, user_id: &str) -> Self {
        Self::connect_with(running, user_id, "").await
    }

    async fn connect_with(running: &Running, user_id: &str, query: &str) -> Self {
        let session = post(running, "/dev/session", json!({ "user_id": user_id })).await;
        let token = session["token"].as_str().unwrap();
        Self(
            connect_async(format!("{}?token={token}{query}", running.ws))
                .await
                .unwrap()
                .0,
        )
    }

    async fn say(&mut self, frame: Value) -> Value {
        self.0.send(Message::Text(frame.to_string().into())).await.unwrap();
        self.hear().await
    }

    async fn hear(&mut self) -> Value {
        loop {
            let frame: Value = serde_json::from_str(self.next().await.to_text().unwrap()).unwrap();
            // Who comes and goes is told at some time in between.
            if frame["event"] != "user_connected" && frame["event"] != "added_to_room" {
                return frame;
            }
        }
    }

    async fn next(&mut self) -> Message {
        let message = tokio::time::timeout(LIMIT, self.0.next())
            .await
            .expect("something arrives");
        message.unwrap().unwrap()
    }
}

fn app(running: &Running) -> &DevelopmentApp {
    running.app.as_ref().unwrap()
}

async fn post(running: &Running, path: &str, body: Value) -> Value {
    let request = reqwest::Client::new().post(format!("{}{path}", running.http));
    let request = request.header("clientKey", &app(running).client_key).json(&body);
    let response = request.send().await.unwrap();
    assert!(response.status().is_success(), "{path}: {}", response.status());
    response.json().await.unwrap()
}

#[tokio::test]
async fn two_users_talk() {
    let running = serve(Options::default()).await.unwrap();
    let (ada, bob) = (
        app(&running).user_id.clone(),
        post(&running, "/dev/user", json!({ "name": "Bob" })).await,
    );
    let bob = bob["id"].as_str().unwrap();
    let room = post(&running, "/room", json!({ "kind": "group", "members": [ada, bob] })).await;
    let (mut one, mut two) = (
        Client::connect(&running, &ada).await,
        Client::connect(&running, bob).await,
    );
    for client in [&mut one, &mut two] {
        let ack = client
            .say(json!({ "action": "join_room", "room_id": room["id"], "request_id": "1" }))
            .await;
        assert_eq!(
            (&ack["event"], &ack["request_id"]),
            (&json!("ack"), &json!("1")),
            "{ack}"
        );
    }
    let ack = one
        .say(json!({ "action": "send_message", "room_id": room["id"], "text_message": "hello" }))
        .await;
    assert_eq!(ack["event"], "ack", "{ack}");
    let heard = two.hear().await;
    assert_eq!(heard["event"], "new_message");
    assert_eq!(heard["data"]["text_message"], "hello");
    assert_eq!(heard["data"]["seq"], ack["data"]["seq"]);
    let unknown = two.say(json!({ "action": "dance", "request_id": "2" })).await;
    assert_eq!(
        (&unknown["event"], &unknown["data"]["code"]),
        (&json!("error"), &json!("unknown_action"))
    );
    assert_eq!(running.registry.len(), 2);
    running.shutdown().await;
}

#[tokio::test]
async fn without_a_credential_there_is_no_connection() {
    let running = serve(Options::default()).await.unwrap();
    for query in ["", "?token=nonsense", "?ticket=nonsense"] {
        match connect_async(format!("{}{query}", running.ws)).await {
            Err(Error::Http(response)) => assert!([401, 403].contains(&response.status().as_u16()), "{query}"),
            other => panic!("{query}: {:?}", other.err()),
        }
    }
    running.shutdown().await;
}

#[tokio::test]
async fn behind_a_proxy_there_are_no_development_endpoints() {
    for (public_url, dev, status) in [
        (None, false, 200),
        (Some("https://chat.example"), false, 404),
        (Some("https://chat.example"), true, 200),
    ] {
        let options = Options {
            public_url: public_url.map(str::to_owned),
            dev,
            ..Options::default()
        };
        let running = serve(options).await.unwrap();
        let answer = reqwest::get(format!("{}/dev", running.http)).await.unwrap();
        assert_eq!(answer.status(), status, "{public_url:?}, {dev}");
        running.shutdown().await;
    }
}
