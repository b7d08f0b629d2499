//! A WebSocket client: actions and their answers, events, silence, the end.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::event::{Refused, Told, accept, answer};
use super::{LIMIT, TestServer, answers, contract};

/// The next that is said, or the end. A server's pings come more often than [`LIMIT`]: none of them makes anybody wait longer.
pub(crate) async fn said(stream: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> Option<Result<Message, Error>> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            other => return other,
        }
    }
}

/// A connection to be made.
#[derive(Debug, Clone)]
pub(crate) struct Handshake {
    url: String,
    headers: Vec<(&'static str, String)>,
}

impl Handshake {
    pub(crate) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            headers: Vec::new(),
        }
    }

    /// `?name=value`; both are URL-safe here.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        let mark = if self.url.contains('?') { '&' } else { '?' };
        self.url = format!("{}{mark}{name}={value}", self.url);
        self
    }

    /// With a user token as a subprotocol, as a browser would.
    pub(crate) fn token(self, token: &str) -> Self {
        self.header("sec-websocket-protocol", &format!("parlour.v1, parlour.token.{token}"))
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Connects; the server must not let this one in.
    pub(crate) async fn refused(self) {
        let handshake = self.clone();
        assert!(self.open().await.is_err(), "{handshake:?}");
    }

    /// Connects; the status of a refusal.
    pub(crate) async fn open(self) -> Result<Socket, u16> {
        let mut request = self.url.into_client_request().unwrap();
        for (name, value) in self.headers {
            let value = HeaderValue::from_str(&value).unwrap();
            request.headers_mut().append(HeaderName::from_static(name), value);
        }
        match timeout(LIMIT, connect_async(request)).await.unwrap() {
            Ok((stream, response)) => Ok(Socket {
                stream,
                protocol: response
                    .headers()
                    .get("sec-websocket-protocol")
                    .map(|value| value.to_str().unwrap().to_owned()),
                told: Told::new(TestServer::is_running()),
                waiting: VecDeque::new(),
                live: VecDeque::new(),
                calls: 0,
                asked: HashMap::new(),
            }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("neither a connection nor a refusal: {error}"),
        }
    }
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The subprotocol that the server named.
    pub(crate) protocol: Option<String>,
    told: Told,
    waiting: VecDeque<Value>,
    /// Who came and went.
    live: VecDeque<Value>,
    calls: u64,
    /// What was asked and is not answered, by `request_id`.
    asked: HashMap<String, Value>,
}

impl Socket {
    /// Sends an action and waits for its answer; events that come meanwhile wait.
    pub(crate) async fn act(&mut self, action: &str, fields: Value) -> Result<Value, Refused> {
        let id = self.begin(action, fields).await;
        self.answer_to(&id).await
    }

    /// Sends an action without waiting; says its `request_id`.
    pub(crate) async fn begin(&mut self, action: &str, mut fields: Value) -> String {
        self.calls += 1;
        let id = format!("r{}", self.calls);
        fields["action"] = json!(action);
        fields["request_id"] = json!(id);
        self.send(Message::text(fields.to_string())).await;
        self.asked.insert(id.clone(), fields);
        id
    }

    /// Waits for the answer to an action.
    pub(crate) async fn answer_to(&mut self, id: &str) -> Result<Value, Refused> {
        let mut events = VecDeque::new();
        loop {
            let frame = self.next().await;
            match answer(&frame) {
                Some(answer) => {
                    assert_eq!(frame["request_id"], id, "{frame}");
                    match (self.asked.remove(id), &answer) {
                        (Some(asked), Ok(_)) => contract::succeeded(&asked, &frame),
                        (Some(asked), Err(refused)) => answers::keep_refusal(&asked, refused.code()),
                        (None, _) => {}
                    }
                    events.append(&mut self.waiting);
                    self.waiting = events;
                    return answer;
                }
                None => events.push_back(frame),
            }
        }
    }

    /// Sends an action that must succeed.
    pub(crate) async fn ok(&mut self, action: &str, fields: Value) -> Value {
        let answer = self.act(action, fields).await;
        answer.unwrap_or_else(|refused| panic!("{action} is refused: {refused:?}"))
    }

    /// Sends an action that must be refused; says the code.
    pub(crate) async fn refused(&mut self, action: &str, fields: Value) -> String {
        let answer = self.act(action, fields).await;
        answer.expect_err("a refusal").code().to_owned()
    }

    /// Hears of a room from here on.
    pub(crate) async fn join(&mut self, room: &str) -> Value {
        self.ok("join_room", json!({ "room_id": room })).await
    }

    /// Hears of a room from here on, and gets what came after `seq`.
    pub(crate) async fn resume(&mut self, room: &str, seq: u64) -> Value {
        self.ok("join_room", json!({ "room_id": room, "after_seq": seq })).await
    }

    /// Sends a message.
    pub(crate) async fn say(&mut self, room: &str, text: &str) -> Value {
        self.ok("send_message", json!({ "room_id": room, "text_message": text }))
            .await
    }

    /// The data of the next event, which must have this name.
    pub(crate) async fn expect_event(&mut self, name: &str) -> Value {
        let mut frame = self.next().await;
        assert_eq!(frame["event"], name, "{frame}");
        assert!(frame.get("request_id").is_none(), "an event answers nothing: {frame}");
        frame["data"].take()
    }

    /// Waits until the connection's token has expired; says how its actions are refused then.
    pub(crate) async fn expect_expiry(&mut self) -> Refused {
        let begin = Instant::now();
        loop {
            if let Err(refused) = self.act("ping", json!({})).await {
                return refused;
            }
            assert!(begin.elapsed() < LIMIT, "the token expires");
            // Slower than the rate of one connection.
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Nothing was pushed. What was pushed before now stands before the answers to two pings.
    pub(crate) async fn expect_silence(&mut self) {
        self.ok("ping", json!({})).await;
        self.ok("ping", json!({})).await;
        assert!(self.waiting.is_empty(), "silence: {:?}", self.waiting);
    }

    /// What came so far that nobody has looked at.
    pub(crate) fn heard(&mut self) -> Vec<Value> {
        self.waiting.drain(..).collect()
    }

    /// Sends a text as it is and waits for what answers it.
    pub(crate) async fn raw(&mut self, text: &str) -> Result<Value, Refused> {
        self.send(Message::text(text.to_owned())).await;
        let frame = self.next().await;
        let answer = answer(&frame).unwrap_or_else(|| panic!("an answer: {frame}"));
        if let (Ok(asked), Err(refused)) = (serde_json::from_str(text), &answer) {
            answers::keep_refusal(&asked, refused.code());
        }
        answer
    }

    /// Sends a frame as it is.
    pub(crate) async fn send(&mut self, message: Message) {
        timeout(LIMIT, self.stream.send(message)).await.unwrap().unwrap();
    }

    /// Sends a frame where the server may have ended the connection already.
    pub(crate) async fn try_send(&mut self, message: Message) {
        let _ = timeout(LIMIT, self.stream.send(message)).await.unwrap();
    }

    /// The next event or answer.
    pub(crate) async fn next(&mut self) -> Value {
        let frame = self.next_until_end().await;
        frame.unwrap_or_else(|code| panic!("a frame, not the end with {code:?}"))
    }

    /// The next event or answer, or the code with which the server closes.
    pub(crate) async fn next_until_end(&mut self) -> Result<Value, Option<u16>> {
        loop {
            if let Some(frame) = self.waiting.pop_front() {
                return Ok(frame);
            }
            self.read().await?;
        }
    }

    /// Waits for what the server says next, or for the end.
    async fn read(&mut self) -> Result<(), Option<u16>> {
        match timeout(LIMIT, said(&mut self.stream)).await.expect("a frame in time") {
            Some(Ok(Message::Text(text))) => {
                let frame = serde_json::from_str(&text).unwrap();
                contract::heard(&frame);
                accept(frame, &mut self.told, &mut self.waiting, &mut self.live);
                Ok(())
            }
            Some(Ok(Message::Close(frame))) => Err(frame.map(|frame| frame.code.into())),
            Some(Ok(other)) => panic!("neither text nor the end: {other:?}"),
            Some(Err(_)) | None => Err(None),
        }
    }

    /// The data of the next event of this name about who comes and goes; others of that kind before it are passed over.
    pub(crate) async fn expect_live(&mut self, name: &str) -> Value {
        loop {
            let mut event = self.next_live().await;
            if event["event"] == name {
                return event["data"].take();
            }
        }
    }

    /// The next event about who comes and goes.
    pub(crate) async fn next_live(&mut self) -> Value {
        loop {
            if let Some(event) = self.live.pop_front() {
                return event;
            }
            self.read()
                .await
                .unwrap_or_else(|code| panic!("an event, not the end with {code:?}"));
        }
    }

    /// Ends without a word, as a machine without power would.
    pub(crate) fn vanish(self) {
        drop(self);
    }

    /// Waits for the end; says the code.
    pub(crate) async fn expect_close(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.next_until_end().await {
                return code;
            }
        }
    }
}
