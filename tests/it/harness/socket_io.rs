//! A client of Socket.IO 4 over a WebSocket, as far as a test needs one: packets by hand, so that nothing is repaired on the way.

use std::collections::VecDeque;

use futures_util::SinkExt as _;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::LIMIT;
use super::socket::said;

/// A client that is connected to the namespace of everything.
#[derive(Debug)]
pub(crate) struct SocketIo {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What the server emitted while something else was waited for: names and first arguments.
    waiting: VecDeque<(String, Value)>,
    asked: u64,
}

impl SocketIo {
    /// Connects with these headers beside those of a handshake.
    pub(crate) async fn open(url: &str, headers: &[(&str, &str)]) -> Self {
        let mut client = Self::handshake(url, headers).await.expect("a connection");
        let connected = client.packet().await.expect("an answer to CONNECT");
        let sid = connected
            .strip_prefix("40")
            .map(|data| serde_json::from_str::<Value>(data).unwrap());
        let sid = sid.unwrap_or_else(|| panic!("connected, not {connected}"));
        assert!(sid["sid"].is_string(), "{connected}");
        client
    }

    /// What the client of a refused handshake hears after it has asked for the namespace, until the server ends the connection; or the
    /// status with which there is none.
    pub(crate) async fn refused(url: &str, headers: &[(&str, &str)]) -> Result<Vec<String>, u16> {
        let mut client = Self::handshake(url, headers).await?;
        let mut heard = Vec::new();
        while let Some(packet) = client.packet().await {
            heard.push(packet);
        }
        Ok(heard)
    }

    async fn handshake(url: &str, headers: &[(&str, &str)]) -> Result<Self, u16> {
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            request
                .headers_mut()
                .append(name, HeaderValue::from_str(value).unwrap());
        }
        let stream = match timeout(LIMIT, connect_async(request)).await.unwrap() {
            Ok((stream, _)) => stream,
            Err(Error::Http(response)) => return Err(response.status().as_u16()),
            Err(error) => panic!("neither a connection nor a refusal: {error}"),
        };
        let mut client = Self {
            stream,
            waiting: VecDeque::new(),
            asked: 0,
        };
        let open = client.packet().await.expect("the open packet");
        let open = open.strip_prefix('0').expect("the open packet first");
        let open: Value = serde_json::from_str(open).unwrap();
        assert!(
            open["sid"].is_string() && open["pingInterval"].is_u64() && open["pingTimeout"].is_u64(),
            "{open}"
        );
        // Who is refused may be gone before it asks.
        let _ = client.stream.send(Message::text("40")).await;
        Ok(client)
    }

    /// Sends a packet as it is.
    pub(crate) async fn raw(&mut self, packet: &str) {
        let sent = self.stream.send(Message::text(packet.to_owned()));
        timeout(LIMIT, sent).await.unwrap().unwrap();
    }

    /// Emits an event.
    pub(crate) async fn emit(&mut self, name: &str, arguments: &[Value]) {
        let packet = event(name, arguments);
        self.raw(&format!("42{packet}")).await;
    }

    /// Emits an event and waits until it is acknowledged; what comes before that waits. Whatever the event made the server say to this
    /// client stands before a second one's acknowledgement at the latest.
    pub(crate) async fn ask(&mut self, name: &str, arguments: &[Value]) {
        self.asked += 1;
        let packet = event(name, arguments);
        self.raw(&format!("42{}{packet}", self.asked)).await;
        let acknowledged = format!("43{}[", self.asked);
        loop {
            let packet = self.packet().await.expect("an acknowledgement");
            if packet.starts_with(&acknowledged) {
                return;
            }
            self.keep(&packet);
        }
    }

    /// The first argument of the next event of this name; others wait.
    pub(crate) async fn expect(&mut self, name: &str) -> Value {
        loop {
            if let Some(place) = self.waiting.iter().position(|(waiting, _)| waiting == name) {
                return self.waiting.remove(place).unwrap().1;
            }
            let packet = self.packet().await;
            self.keep(&packet.unwrap_or_else(|| panic!("{name}, not the end")));
        }
    }

    /// The next event, whatever it is: its name and its first argument.
    pub(crate) async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return event;
            }
            let packet = self.packet().await;
            self.keep(&packet.expect("an event, not the end"));
        }
    }

    /// What came so far that nobody has looked at.
    pub(crate) fn heard(&mut self) -> Vec<(String, Value)> {
        self.waiting.drain(..).collect()
    }

    /// The same where the client sends these before it hears anything.
    pub(crate) async fn refused_after(url: &str, packets: &[&str]) -> Vec<String> {
        let mut client = Self::handshake(url, &[]).await.unwrap();
        for packet in packets {
            // It may be over already.
            let _ = client.stream.send(Message::text((*packet).to_owned())).await;
        }
        let mut heard = Vec::new();
        while let Some(packet) = client.packet().await {
            heard.push(packet);
        }
        heard
    }

    /// The next packet, a ping too, which is not answered.
    pub(crate) async fn packet_unanswered(&mut self) -> String {
        match timeout(LIMIT, said(&mut self.stream)).await.expect("a packet in time") {
            Some(Ok(Message::Text(text))) => text.to_string(),
            other => panic!("a text, not {other:?}"),
        }
    }

    /// Waits until the server ends the connection; says the packets that came before the end and that nobody has looked at.
    pub(crate) async fn ended(&mut self) -> Vec<String> {
        let mut heard = Vec::new();
        while let Some(packet) = self.packet().await {
            heard.push(packet);
        }
        heard
    }

    fn keep(&mut self, packet: &str) {
        let event = packet.strip_prefix("42").map(serde_json::from_str::<Vec<Value>>);
        let Some(Ok(event)) = event else {
            panic!("an event, not {packet}");
        };
        let mut event = event.into_iter();
        let name = event.next().unwrap();
        let argument = event.next().unwrap_or_default();
        self.waiting.push_back((name.as_str().unwrap().to_owned(), argument));
    }

    /// The next packet; `None`: the connection has ended. A ping is answered.
    pub(crate) async fn packet(&mut self) -> Option<String> {
        loop {
            match timeout(LIMIT, said(&mut self.stream)).await.expect("a packet in time") {
                Some(Ok(Message::Text(text))) if text.as_str() == "2" => {
                    let _ = self.stream.send(Message::text("3")).await;
                }
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(other)) => panic!("a text, not {other:?}"),
            }
        }
    }
}

fn event(name: &str, arguments: &[Value]) -> Value {
    let name = std::iter::once(Value::from(name));
    name.chain(arguments.iter().cloned()).collect()
}
