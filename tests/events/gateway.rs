//! The gateway's events: a real gateway on a loopback port, a client that does what `capture.py` does, and functions that write
//! down what they get before the handlers do their work.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use parlour_gateway::background::Work;
use parlour_gateway::clock;
use parlour_gateway::connection::Rules;
use parlour_gateway::faults::Faults;
use parlour_gateway::files::{FileEndpoint, Folder};
use parlour_gateway::http_event::api;
use parlour_gateway::in_process::InProcess;
use parlour_gateway::invoke::{Invoke, Invoker};
use parlour_gateway::registry::Registry;
use parlour_gateway::server::{Parts, Server};
use parlour_gateway::signed::KeyPair;
use parlour_service::push::BoxFuture;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::events::{Events, KINDS};
use crate::world::{APP, CONNECTION, Outside, USER, World};

/// Longer than anything here takes.
const LIMIT: Duration = Duration::from_secs(60);

/// What came of one run.
pub(crate) struct Captured {
    pub(crate) events: Events,
    /// What the functions answered, in their order.
    answers: Vec<(&'static str, Result<Value, String>)>,
    /// The first event that the client heard.
    greeting: Value,
}

/// The run, made once.
pub(crate) static GATEWAY: LazyLock<Captured> = LazyLock::new(|| {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async { timeout(LIMIT, capture()).await.unwrap() })
});

#[derive(Debug)]
struct Recording {
    handlers: InProcess,
    calls: Mutex<Vec<(&'static str, Value)>>,
    answers: Mutex<Vec<(&'static str, Result<Value, String>)>>,
    answered: Notify,
}

/// The functions, for the gateway.
#[derive(Debug)]
struct Functions(Arc<Recording>);

impl Invoke for Functions {
    fn invoke(&self, function: &'static str, payload: Bytes) -> BoxFuture<'static, Result<Bytes, String>> {
        let recording = Arc::clone(&self.0);
        let event = serde_json::from_slice(&payload).unwrap();
        recording.calls.lock().unwrap().push((function, event));
        // The handlers of REST are a router, which `handled.rs` runs on such events.
        let answer: BoxFuture<'static, _> = match function {
            "rest" => Box::pin(async { Ok(Bytes::from(json!({ "statusCode": 204 }).to_string())) }),
            _ => recording.handlers.invoke(function, payload),
        };
        Box::pin(async move {
            let answer = answer.await;
            let read = |bytes: &Bytes| serde_json::from_slice(bytes).unwrap();
            let noted = answer.as_ref().map(read).map_err(Clone::clone);
            recording.answers.lock().unwrap().push((function, noted));
            recording.answered.notify_waiters();
            answer
        })
    }
}

impl Recording {
    /// Waits until this function has answered.
    async fn answered(&self, function: &str) {
        loop {
            let next = self.answered.notified();
            let answers = self.answers.lock().unwrap().clone();
            if answers.iter().any(|(answered, _)| *answered == function) {
                return;
            }
            next.await;
        }
    }

    fn event(&self, function: &str) -> Value {
        let calls = self.calls.lock().unwrap();
        let call = calls.iter().find(|(called, _)| *called == function);
        call.unwrap_or_else(|| panic!("{function} was not called")).1.clone()
    }
}

async fn capture() -> Captured {
    let work = Work::default();
    let faults = Arc::new(Faults::new("".parse().unwrap()));
    let registry = Arc::new(Registry::new(Arc::clone(&faults), None));
    let outside = Outside {
        push: Arc::clone(&registry) as _,
        queue: Arc::clone(&work.queue) as _,
        calls: Arc::clone(&work.calls) as _,
    };
    let now = clock::now_millis();
    let world = World::new(outside, now).await;
    let recording = Arc::new(Recording {
        handlers: InProcess::new(Arc::clone(&world.parlour), Arc::clone(&world.moments)),
        calls: Mutex::default(),
        answers: Mutex::default(),
        answered: Notify::new(),
    });
    let functions: Arc<dyn Invoke> = Arc::new(Functions(Arc::clone(&recording)));
    let key = Arc::new(KeyPair::generate().unwrap());
    let parts = Parts {
        rules: Rules::kind(),
        functions: Arc::clone(&functions),
        registry,
        faults,
        files: FileEndpoint::new(Folder::temporary().unwrap(), Arc::clone(&key)),
        key,
        router: api::router(Invoker::new(Arc::clone(&functions)), api::REST),
        compat: api::router(Invoker::new(functions), api::COMPAT_REST),
        default_app: None,
        bound: Vec::new(),
        work: work.clone(),
        schedule: true,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::start(listener, parts).unwrap();
    let address = server.address().to_string();

    let greeting = talk(&world, &address).await;
    ask(&world, &address).await;
    work.queue.put_all(vec![job(now)]).unwrap();
    for function in ["disconnect", "fan_out", "sweep", "rest"] {
        recording.answered(function).await;
    }
    server.shutdown().await;
    let functions = [
        "authorizer",
        "connect",
        "send_message",
        "disconnect",
        "rest",
        "fan_out",
        "sweep",
    ];
    Captured {
        events: KINDS
            .into_iter()
            .zip(functions.map(|name| recording.event(name)))
            .collect(),
        answers: recording.answers.lock().unwrap().clone(),
        greeting,
    }
}

/// One connection: a handshake with a query, one frame, a close by the client.
async fn talk(world: &World, address: &str) -> Value {
    let url = format!("ws://{address}/ws?token={}&hello=1", world.token);
    let mut request = url.into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("user-agent", "capture/1".parse().unwrap());
    headers.insert("origin", "https://pages.example".parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let greeting = text(&socket.next().await.unwrap().unwrap());
    let frame = json!({ "action": "send_message", "room_id": world.room, "text_message": "Hello" });
    socket.send(Message::text(frame.to_string())).await.unwrap();
    // Who was added to the room is told so meanwhile.
    loop {
        let said = text(&socket.next().await.unwrap().unwrap());
        if said["event"] == "ack" {
            break;
        }
        assert_eq!(said["event"], "added_to_room", "{said}");
    }
    socket.close(None).await.unwrap();
    while let Some(Ok(_)) = socket.next().await {}
    greeting
}

fn text(message: &Message) -> Value {
    serde_json::from_str(message.to_text().unwrap()).unwrap()
}

/// One request with a query, a cookie and a body.
async fn ask(world: &World, address: &str) {
    let client = reqwest::Client::new();
    let url = format!("http://{address}/room/{}/message/send?limit=2", world.room);
    let request = client
        .post(url)
        .bearer_auth(&world.token)
        .header("accept-encoding", "identity")
        .header("cookie", "theme=dark")
        .header("user-agent", "capture/1")
        .json(&json!({ "text_message": "Hello" }));
    assert_eq!(request.send().await.unwrap().status(), 204);
}

/// A message of the queue.
fn job(now: i64) -> String {
    let to = json!([{ "u": USER, "c": CONNECTION }]);
    let frame = json!({ "event": "new_message", "data": {} });
    json!({ "app": APP, "room": 1, "seq": 2, "at": now, "frame": frame, "to": to }).to_string()
}

#[test]
fn the_handlers_answered_each() {
    for (function, answer) in &GATEWAY.answers {
        let answer = answer.as_ref().unwrap_or_else(|error| panic!("{function}: {error}"));
        let status = answer.get("statusCode").and_then(Value::as_u64);
        assert!(status.is_none_or(|status| status < 300), "{function}: {answer}");
    }
    let answered: Vec<_> = GATEWAY.answers.iter().map(|(function, _)| *function).collect();
    for function in [
        "authorizer",
        "connect",
        "connected",
        "send_message",
        "disconnect",
        "fan_out",
        "sweep",
    ] {
        assert!(answered.contains(&function), "{function}");
    }
    assert_eq!(GATEWAY.greeting["event"], "hello");
}
