//! All of AWS that a function meets, on one loopback port: DynamoDB (the embedded engine), the parameter store, a management
//! API, queues, an event bus, a receiver of webhooks and a called function that keep what they get, and the Runtime API that hands
//! over events.

use std::collections::VecDeque;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::BodyExt;
use parlour_connectors::embedded::EmbeddedEngine;
use parlour_connectors::http_client;
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};
use serde_json::{Value, json};
use tokio::process::{Child, Command};
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

use crate::server::{Answering, Server, reply};

/// Nothing here takes this long; it ends a test that hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// Where `connected` is called.
const CONNECTED: &str = "/2015-03-31/functions/test-connected/invocations";

/// Where a webhook may lead.
const RECEIVER: &str = "/receiver";

pub(crate) const SIGNING_KEYS: &str = "k1:QnJhbmQgbmV3IHNlY3JldCBvZiAzMiBieXRlcyEhISE=";

#[derive(Default)]
struct Shared {
    events: Mutex<VecDeque<Value>>,
    more: Notify,
    /// So many times a function has asked for an event.
    asked: AtomicU64,
    /// Who asked up to here has ended since: an event handed to them would be lost.
    ended: AtomicU64,
    posted: Mutex<Vec<(String, Value)>>,
    queued: Mutex<Vec<Value>>,
    deliveries: Mutex<Vec<Value>>,
    on_bus: Mutex<Vec<Value>>,
    told: Mutex<Vec<Value>>,
    called: Mutex<Vec<Value>>,
}

/// That part of AWS.
pub(crate) struct World {
    pub(crate) store: Store,
    server: Server,
    shared: Arc<Shared>,
    answers: mpsc::UnboundedReceiver<Result<Value, Value>>,
}

/// What a function wrote on its standard output.
pub(crate) struct Written {
    pub(crate) log: Vec<Value>,
    /// In the embedded metric format.
    pub(crate) metrics: Vec<Value>,
}

/// A running function; it ends with this value.
pub(crate) struct Function(Child);

impl Function {
    /// Ends it: what it wrote, line by line.
    pub(crate) async fn ended(mut self) -> Written {
        self.0.start_kill().unwrap();
        self.written().await
    }

    /// Waits until it has failed by itself: what it wrote, line by line.
    pub(crate) async fn failed(mut self) -> Written {
        let ended = timeout(LIMIT, self.0.wait()).await.unwrap().unwrap();
        assert!(!ended.success());
        self.written().await
    }

    async fn written(self) -> Written {
        let output = self.0.wait_with_output().await.unwrap();
        let lines = output
            .stdout
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        let lines = lines.map(|line| serde_json::from_slice(line).unwrap());
        let (metrics, log) = lines.partition(|line: &Value| line.get("_aws").is_some());
        Written { log, metrics }
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        let engine = EmbeddedEngine::in_memory().unwrap();
        let store = store(&engine);
        let shared = Arc::new(Shared::default());
        let (answered, answers) = mpsc::unbounded_channel();
        let (events, connector) = (Arc::clone(&shared), engine.connector());
        let server = Server::start(move |request| -> Answering {
            let path = request.uri().path().to_owned();
            match path.strip_prefix("/2018-06-01/runtime/invocation/") {
                Some("next") => Box::pin(next(Arc::clone(&events))),
                Some(done) => {
                    let body = serde_json::from_slice(request.body()).unwrap();
                    let result = if done.ends_with("/error") { Err(body) } else { Ok(body) };
                    let _ = answered.send(result);
                    Box::pin(async { reply(202, "") })
                }
                None if path.starts_with("/gateway/@connections/") => {
                    let frame = serde_json::from_slice(request.body()).unwrap();
                    events.posted.lock().unwrap().push((path, frame));
                    Box::pin(async { reply(200, "") })
                }
                None if path == CONNECTED => {
                    let event = serde_json::from_slice(request.body()).unwrap();
                    events.called.lock().unwrap().push(event);
                    Box::pin(async { reply(202, "") })
                }
                None if path == RECEIVER => {
                    let call = serde_json::from_slice(request.body()).unwrap();
                    events.told.lock().unwrap().push(call);
                    Box::pin(async { reply(204, "") })
                }
                None if is_for(&request, "AWSEvents.PutEvents") => {
                    let answer = put_on_bus(&events, request.body());
                    Box::pin(async { answer })
                }
                None if is_for(&request, "AmazonSQS.SendMessageBatch") => {
                    let answer = put(&events, request.body());
                    Box::pin(async { answer })
                }
                None => Box::pin(aws(connector.clone(), request)),
            }
        })
        .await;
        Self {
            store,
            server,
            shared,
            answers,
        }
    }

    /// Starts a built function with all that Lambda gives it.
    pub(crate) fn function(&self, program: &std::path::Path) -> Function {
        self.function_with(program, "/parlour/keys")
    }

    /// The same with its signing keys in this parameter; there is only `/parlour/keys`.
    pub(crate) fn function_with(&self, program: &std::path::Path, keys: &str) -> Function {
        Function(self.command(program, keys).spawn().unwrap())
    }

    /// The same where an event bus hears of all, and webhooks may be here.
    pub(crate) fn telling(&self, program: &std::path::Path) -> Function {
        let mut command = self.command(program, "/parlour/keys");
        command
            .env("PARLOUR_EVENT_BUS", "test-bus")
            .env("PARLOUR_PRIVATE_URLS", "true");
        Function(command.spawn().unwrap())
    }

    /// Of the one function that runs from now on.
    fn command(&self, program: &std::path::Path, keys: &str) -> Command {
        let asked = self.shared.asked.load(Ordering::SeqCst);
        self.shared.ended.store(asked, Ordering::SeqCst);
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", &self.server.address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "test")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_ENDPOINT_URL", self.server.url())
            .env("PARLOUR_CHAT_TABLE", "test-chat")
            .env("PARLOUR_CONNECTIONS_TABLE", "test-connections")
            .env("PARLOUR_SIGNING_KEY_PARAMETER", keys)
            .env("PARLOUR_MANAGEMENT_ENDPOINT", format!("{}/gateway", self.server.url()))
            .env(
                "PARLOUR_FAN_OUT_QUEUE",
                format!("{}/000000000000/fan-out", self.server.url()),
            )
            .env(
                "PARLOUR_DELIVER_QUEUE",
                format!("{}/000000000000/deliver", self.server.url()),
            )
            .env("PARLOUR_CONNECTED_FUNCTION", "test-connected")
            .env("PARLOUR_STACK", "test")
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Hands an event to the one function that runs: its answer, or how it failed.
    pub(crate) async fn invoke(&mut self, function: &mut Function, event: Value) -> Result<Value, Value> {
        self.shared.events.lock().unwrap().push_back(event);
        self.shared.more.notify_one();
        tokio::select! {
            answer = timeout(LIMIT, self.answers.recv()) => answer.unwrap().unwrap(),
            ended = function.0.wait() => panic!("the function ended: {ended:?}"),
        }
    }

    /// What was posted to connections since the last call.
    pub(crate) fn posted(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut *self.shared.posted.lock().unwrap())
    }

    /// What was put into the queue since the last call, as events of SQS for the function behind it.
    pub(crate) fn queued(&self) -> Value {
        records(std::mem::take(&mut *self.shared.queued.lock().unwrap()))
    }

    /// The same of the queue of `deliver`.
    pub(crate) fn deliveries(&self) -> Value {
        records(std::mem::take(&mut *self.shared.deliveries.lock().unwrap()))
    }

    /// What came on the event bus since the last call.
    pub(crate) fn on_bus(&self) -> Vec<Value> {
        std::mem::take(&mut *self.shared.on_bus.lock().unwrap())
    }

    /// Where a webhook may lead.
    pub(crate) fn receiver(&self) -> String {
        format!("{}{RECEIVER}", self.server.url())
    }

    /// What the receiver was told since the last call.
    pub(crate) fn told(&self) -> Vec<Value> {
        std::mem::take(&mut *self.shared.told.lock().unwrap())
    }

    /// The events that `connected` was called with since the last call.
    pub(crate) fn called(&self) -> Vec<Value> {
        std::mem::take(&mut *self.shared.called.lock().unwrap())
    }
}

fn store(engine: &EmbeddedEngine) -> Store {
    let settings = ClientSettings {
        http: http_client(engine.connector()),
        endpoint: None,
        region: "local".to_owned(),
        credentials: Credentials::new("local", "local", None, None, "test"),
        attempts: 1,
    };
    Store::new(client(settings), Tables::with_prefix("test-"))
}

async fn next(shared: Arc<Shared>) -> Response<Bytes> {
    let number = shared.asked.fetch_add(1, Ordering::SeqCst) + 1;
    loop {
        if number <= shared.ended.load(Ordering::SeqCst) {
            // Somebody else is meant.
            shared.more.notify_one();
            std::future::pending::<()>().await;
        }
        let event = shared.events.lock().unwrap().pop_front();
        if let Some(event) = event {
            return Response::builder()
                .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
                .header("lambda-runtime-deadline-ms", "4102444800000")
                .header(
                    "lambda-runtime-invoked-function-arn",
                    "arn:aws:lambda:eu-central-1:1:function:test",
                )
                .body(event.to_string().into())
                .unwrap();
        }
        shared.more.notified().await;
    }
}

fn is_for(request: &Request<Bytes>, operation: &str) -> bool {
    let target = request.headers().get("x-amz-target");
    target.is_some_and(|target| target == operation)
}

fn put_on_bus(shared: &Shared, batch: &[u8]) -> Response<Bytes> {
    let batch: Value = serde_json::from_slice(batch).unwrap();
    let entries = batch["Entries"].as_array().unwrap().clone();
    let taken = vec![json!({ "EventId": "e" }); entries.len()];
    shared.on_bus.lock().unwrap().extend(entries);
    reply(200, json!({ "FailedEntryCount": 0, "Entries": taken }).to_string())
}

/// As events of SQS for the function behind a queue.
fn records(entries: Vec<Value>) -> Value {
    let records = entries.into_iter().enumerate();
    let records = records.map(
        |(number, entry)| json!({ "messageId": number.to_string(), "body": entry["MessageBody"], "eventSource": "aws:sqs" }),
    );
    json!({ "Records": records.collect::<Vec<_>>() })
}

fn put(shared: &Shared, batch: &[u8]) -> Response<Bytes> {
    let batch: Value = serde_json::from_slice(batch).unwrap();
    let entries = batch["Entries"].as_array().unwrap().clone();
    let ids = entries.iter().map(|entry| json!({ "Id": entry["Id"] }));
    let answer = json!({ "Successful": ids.collect::<Vec<_>>() });
    let is_delivery = batch["QueueUrl"].as_str().unwrap().ends_with("/deliver");
    let queue = if is_delivery {
        &shared.deliveries
    } else {
        &shared.queued
    };
    queue.lock().unwrap().extend(entries);
    reply(200, answer.to_string())
}

async fn aws(engine: SharedHttpConnector, request: Request<Bytes>) -> Response<Bytes> {
    let target = request
        .headers()
        .get("x-amz-target")
        .map(|value| value.to_str().unwrap());
    match target {
        Some("AmazonSSM.GetParameter") => {
            let asked: Value = serde_json::from_slice(request.body()).unwrap();
            match asked["Name"].as_str() {
                Some("/parlour/keys") => reply(200, json!({ "Parameter": { "Value": SIGNING_KEYS } }).to_string()),
                _ => reply(400, json!({ "__type": "ParameterNotFound" }).to_string()),
            }
        }
        Some(_) => dynamodb(engine, request).await,
        // A connection that is only opened.
        None => {
            assert_eq!(request.method(), Method::GET);
            reply(200, "healthy")
        }
    }
}

async fn dynamodb(engine: SharedHttpConnector, mut request: Request<Bytes>) -> Response<Bytes> {
    *request.uri_mut() = "http://localhost/".parse().unwrap();
    let request = HttpRequest::try_from(request.map(SdkBody::from)).unwrap();
    let response = engine.call(request).await.unwrap().try_into_http1x().unwrap();
    let (parts, body) = response.into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}
