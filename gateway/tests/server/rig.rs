//! A server on a free port with functions that do what a frame tells them, and clients for it.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use parlour_gateway::background::Work;
use parlour_gateway::connection::Rules;
use parlour_gateway::faults::Faults;
use parlour_gateway::files::{FileEndpoint, Folder};
use parlour_gateway::invoke::Invoke;
use parlour_gateway::queue::{self, FunctionQueue};
use parlour_gateway::registry::Registry;
use parlour_gateway::server::{Parts, Server};
use parlour_gateway::signed::KeyPair;
use parlour_service::push::BoxFuture;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message, http};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

mod socket_io;

/// Longer than anything here takes; a test that waits this long has failed.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// Functions that do what the query string and the frames say, and remember what they were called with.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    pub(crate) calls: Mutex<Vec<(&'static str, Value)>>,
    called: Notify,
    /// Lets one `wait` frame go on.
    pub(crate) gate: Notify,
    /// Where clients of Socket.IO are posted to.
    pub(crate) registry: OnceLock<Arc<Registry>>,
}

impl Functions {
    /// The events of a function's calls so far.
    pub(crate) fn calls_of(&self, function: &str) -> Vec<Value> {
        let calls = self.calls.lock().unwrap();
        calls
            .iter()
            .filter(|(called, _)| *called == function)
            .map(|(_, event)| event.clone())
            .collect()
    }

    /// Waits until a function was called this many times.
    pub(crate) async fn wait_for(&self, function: &str, count: usize) -> Vec<Value> {
        let wait = async {
            loop {
                let called = self.called.notified();
                let calls = self.calls_of(function);
                if calls.len() >= count {
                    return calls;
                }
                called.await;
            }
        };
        tokio::time::timeout(LIMIT, wait).await.expect("the function is called")
    }
}

#[derive(Debug)]
struct Invoker(Arc<Functions>);

impl Invoke for Invoker {
    fn invoke(&self, function: &'static str, payload: Bytes) -> BoxFuture<'static, Result<Bytes, String>> {
        let functions = Arc::clone(&self.0);
        let event: Value = serde_json::from_slice(&payload).unwrap();
        functions.calls.lock().unwrap().push((function, event.clone()));
        functions.called.notify_waiters();
        Box::pin(async move {
            answer(&functions, function, &event)
                .await
                .map(|json| Bytes::from(json.to_string()))
        })
    }
}

async fn answer(functions: &Functions, function: &str, event: &Value) -> Result<Value, String> {
    let query = &event["queryStringParameters"];
    match function {
        "authorizer" => match query["auth"].as_str() {
            Some("unauthorized") => Err("Unauthorized".to_owned()),
            Some("broken") => Err("no such table".to_owned()),
            Some("deny") => Ok(policy("Deny")),
            _ => Ok(policy("Allow")),
        },
        "connect" => {
            let status = query["connect"].as_str().map_or(200, |status| status.parse().unwrap());
            if query["dialect"] == "socket.io" && status == 200 {
                socket_io::greet(functions, event);
            }
            Ok(json!({ "statusCode": status, "headers": { "Sec-WebSocket-Protocol": "parlour.v1" } }))
        }
        "disconnect" => Ok(json!({ "statusCode": 200 })),
        "connected" if event["fail"] == true => Err("no such client".to_owned()),
        "connected" => Ok(json!({ "greeted": event["who"] })),
        "deliver" => Ok(json!({ "batchItemFailures": bad_messages(event) })),
        "fan_out" => {
            if event["Records"][0]["body"] == "wait" {
                functions.gate.notified().await;
            }
            Ok(json!({ "batchItemFailures": bad_messages(event) }))
        }
        _ => frame(functions, event).await,
    }
}

/// What the function of the queue cannot do.
fn bad_messages(event: &Value) -> Vec<Value> {
    let records = event["Records"].as_array().unwrap().iter();
    let bad = records.filter(|record| record["body"] == "bad");
    bad.map(|record| json!({ "itemIdentifier": record["messageId"] }))
        .collect()
}

async fn frame(functions: &Functions, event: &Value) -> Result<Value, String> {
    if socket_io::echoed(functions, event) {
        return Ok(json!({ "statusCode": 200 }));
    }
    let body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap_or_default();
    match body["do"].as_str() {
        Some("fail") => return Err("no such table".to_owned()),
        Some("panic") => panic!("a bug in a handler"),
        Some("wait") => functions.gate.notified().await,
        _ => {}
    }
    Ok(json!({ "statusCode": 200, "body": json!({ "did": body["n"] }).to_string() }))
}

fn policy(effect: &str) -> Value {
    json!({
        "principalId": "user",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{ "Action": "execute-api:Invoke", "Effect": effect, "Resource": "*" }],
        },
        "context": { "app": "shop" },
    })
}

/// A running gateway.
pub(crate) struct Rig {
    pub(crate) functions: Arc<Functions>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) key: Arc<KeyPair>,
    pub(crate) address: String,
    pub(crate) work: Work,
    pub(crate) server: Server,
}

pub(crate) async fn start(rules: Rules) -> Rig {
    start_with(rules, "").await
}

pub(crate) async fn start_with(rules: Rules, faults: &str) -> Rig {
    let functions = Arc::<Functions>::default();
    let faults = Arc::new(Faults::new(faults.parse().unwrap()));
    let registry = Arc::new(Registry::new(Arc::clone(&faults), None));
    functions.registry.set(Arc::clone(&registry)).unwrap();
    let key = Arc::new(KeyPair::generate().unwrap());
    let router = Router::new()
        .route("/", get(async || "the page"))
        .route("/health", get(async || "ok"))
        .route("/panic", get(async || -> &'static str { panic!("a bug in a route") }));
    // A message that failed comes again at once.
    let queue = queue::Rules {
        visibility: Duration::ZERO,
        ..queue::Rules::default()
    };
    let work = Work {
        queue: Arc::new(FunctionQueue::new(queue::FAN_OUT, queue)),
        ..Work::default()
    };
    let parts = Parts {
        rules,
        functions: Arc::new(Invoker(Arc::clone(&functions))),
        registry: Arc::clone(&registry),
        faults,
        key: Arc::clone(&key),
        files: FileEndpoint::new(Folder::temporary().unwrap(), Arc::clone(&key)),
        router,
        compat: Router::new(),
        default_app: None,
        bound: Vec::new(),
        work: work.clone(),
        schedule: false,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::start(listener, parts).unwrap();
    let address = server.address().to_string();
    Rig {
        functions,
        registry,
        key,
        address,
        work,
        server,
    }
}

impl Rig {
    /// Connects; the query says what the functions do.
    pub(crate) async fn connect(&self, query: &str) -> Client {
        self.try_connect(query).await.unwrap()
    }

    pub(crate) async fn try_connect(&self, query: &str) -> Result<Client, Error> {
        let request = format!("ws://{}/ws?{query}", self.address).into_client_request()?;
        connect(request).await.map(|(client, _)| client)
    }

    /// The id of the connection that was opened last.
    pub(crate) fn last_connection(&self) -> String {
        let calls = self.functions.calls_of("connect");
        calls.last().unwrap()["requestContext"]["connectionId"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

pub(crate) async fn connect(request: http::Request<()>) -> Result<(Client, http::Response<Option<Vec<u8>>>), Error> {
    let (socket, response) = tokio::time::timeout(LIMIT, connect_async(request))
        .await
        .expect("an answer")?;
    Ok((Client(socket), response))
}

/// A WebSocket client.
pub(crate) struct Client(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub(crate) async fn send(&mut self, frame: Value) {
        self.0.send(Message::Text(frame.to_string().into())).await.unwrap();
    }

    /// The next text frame.
    pub(crate) async fn receive(&mut self) -> Value {
        match self.next().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            other => panic!("a text frame is expected, not {other:?}"),
        }
    }

    /// The close frame that ends the connection.
    pub(crate) async fn closed(&mut self) -> CloseFrame {
        loop {
            match self.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return frame,
                Some(Ok(_)) => {}
                other => panic!("a close frame is expected, not {other:?}"),
            }
        }
    }

    async fn next(&mut self) -> Option<Result<Message, Error>> {
        tokio::time::timeout(LIMIT, self.0.next())
            .await
            .expect("something arrives")
    }
}

pub(crate) fn ping(n: u32) -> Value {
    json!({ "action": "ping", "n": n })
}

pub(crate) fn told(n: u32, what: &str) -> Value {
    json!({ "action": "ping", "n": n, "do": what })
}

pub(crate) fn did(n: u32) -> Value {
    json!({ "did": n })
}
