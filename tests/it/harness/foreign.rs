//! Clients of other services: what such a service's own users have, a token that it signed and a URL.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::SinkExt as _;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::socket::said;
use super::{Backend, LIMIT, SocketIo, Tenant, TestServer, jwt};

/// With what the services sign their tokens.
pub(crate) const FOREIGN_SECRET: &str = "the secret of another service: 0123456789";

/// The services whose clients the app of the tests understands. Every test says the same, so none is in another's way.
fn dialects() -> Value {
    let trusted = json!({ "method": "hs256", "secrets": [FOREIGN_SECRET] });
    json!(
        ["go-chat", "chat-panel", "callsewa", "facebook-clone"]
            .map(|service| json!({ "service": service, "verification": trusted }))
    )
}

/// Has the app understand clients of other services.
pub(crate) async fn understand(backend: &Backend) {
    let app = backend.patch("/app", json!({ "dialects": dialects() })).await;
    app.expect(200);
}

/// A user of another service.
#[derive(Debug, Clone)]
pub(crate) struct Guest {
    /// Parlour's id.
    pub(crate) id: String,
    /// The service's.
    pub(crate) own_id: String,
    pub(crate) name: String,
    base: String,
}

impl Guest {
    /// A new user, whom the backend has told Parlour of.
    pub(crate) async fn new(server: &TestServer, name: &str) -> Self {
        let own_id = format!("{}-{}", name.to_lowercase(), random());
        Self::of(server, &server.tenant, name, own_id).await
    }

    /// A new user of an app, whom their own system knows by a number.
    pub(crate) async fn numbered(server: &TestServer, tenant: &Tenant, name: &str) -> Self {
        // As long as JavaScript's numbers are exact.
        let own_id = random() % 1_000_000_000_000_000;
        Self::of(server, tenant, name, own_id.to_string()).await
    }

    async fn of(server: &TestServer, tenant: &Tenant, name: &str, own_id: String) -> Self {
        let user = json!({ "name": name, "external_id": own_id });
        let user = tenant.backend.post("/user", user).await.expect(201);
        let base = server.ready["edge"].as_str().or(server.ready["http"].as_str()).unwrap();
        Self {
            id: user["id"].as_str().unwrap().to_owned(),
            own_id,
            name: name.to_owned(),
            base: format!("{base}/a/{}", tenant.app_id),
        }
    }

    /// What the service's tokens say.
    pub(crate) fn claims(&self) -> Value {
        json!({
            "user_id": self.own_id, "username": self.name, "full_name": self.name, "token_type": "access", "jti": "x",
            "id": self.own_id, "nickname": self.name,
        })
    }

    /// A token of the service.
    pub(crate) fn token(&self) -> String {
        jwt(FOREIGN_SECRET, self.claims())
    }

    /// A URL of a service's client, for a WebSocket.
    pub(crate) fn url(&self, service: &str, path: &str) -> String {
        format!("{}/{service}{path}", self.base.replacen("http", "ws", 1))
    }

    /// A connection to a room as go-chat's clients make it.
    pub(crate) async fn go_chat(&self, room: &str) -> Foreign {
        let path = format!("/ws/chat/{room}?token={}", self.token());
        Foreign::open(&self.url("go-chat", &path)).await.unwrap()
    }

    /// The header of a handshake as chat-panel's clients make it.
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.token())
    }

    /// A connection as chat-panel's clients make it.
    pub(crate) async fn chat_panel(&self) -> SocketIo {
        let url = self.url("chat-panel", "/socket.io/?EIO=4&transport=websocket");
        SocketIo::open(&url, &[("authorization", &self.bearer())]).await
    }

    /// A connection as facebook-clone's clients make it.
    pub(crate) async fn facebook_clone(&self) -> Foreign {
        let path = format!("/api/chat/ws/chat/?token={}", self.token());
        Foreign::open(&self.url("facebook-clone", &path)).await.unwrap()
    }

    /// A connection as callsewa's clients make it.
    pub(crate) async fn callsewa(&self) -> SocketIo {
        let path = format!("/socket.io/?EIO=4&transport=websocket&token={}", self.token());
        SocketIo::open(&self.url("callsewa", &path), &[]).await
    }
}

fn random() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()
}

/// A connection of another service's client.
#[derive(Debug)]
pub(crate) struct Foreign {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Foreign {
    /// Connects; the status of a refusal.
    pub(crate) async fn open(url: &str) -> Result<Self, u16> {
        match timeout(LIMIT, connect_async(url)).await.unwrap() {
            Ok((stream, _)) => Ok(Self { stream }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("neither a connection nor a refusal: {error}"),
        }
    }

    /// Sends JSON.
    pub(crate) async fn send(&mut self, frame: Value) {
        self.raw(&frame.to_string()).await;
    }

    /// Sends a text as it is.
    pub(crate) async fn raw(&mut self, text: &str) {
        let sent = self.stream.send(Message::text(text.to_owned()));
        timeout(LIMIT, sent).await.unwrap().unwrap();
    }

    /// The next frame.
    pub(crate) async fn next(&mut self) -> Value {
        let frame = self.next_within(LIMIT).await;
        frame.expect("a frame in time")
    }

    /// The next frame of this type; those of the types that come by themselves at any time are passed over.
    pub(crate) async fn expect(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] == kind {
                return frame;
            }
            let comes_and_goes = ["user_connected", "user_disconnected", "friend.online", "friend.offline"];
            let passed = comes_and_goes.iter().any(|known| frame["type"] == *known);
            assert!(passed, "{kind}, not {frame}");
        }
    }

    /// Waits until the server ends the connection; nothing may come before that.
    pub(crate) async fn ended(&mut self) {
        match timeout(LIMIT, said(&mut self.stream)).await.expect("the end in time") {
            Some(Ok(Message::Close(_)) | Err(_)) | None => {}
            other => panic!("the end, not {other:?}"),
        }
    }

    /// The next frame, if one comes in that time.
    pub(crate) async fn next_within(&mut self, time: Duration) -> Option<Value> {
        match timeout(time, said(&mut self.stream)).await.ok()? {
            Some(Ok(Message::Text(text))) => Some(serde_json::from_str(&text).unwrap()),
            other => panic!("a text, not {other:?}"),
        }
    }
}
