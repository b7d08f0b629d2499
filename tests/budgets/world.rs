//! The product on an engine in memory whose every call is counted: handlers, router, and what one request used.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use parlour_auth::SigningKeys;
use parlour_connectors::count::{Counter, CountingConnector, Usage};
use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::http_client;
use parlour_domain::{Moment, Timestamp};
use parlour_handlers::{compat, invoke, rest};
use parlour_service::deliver::Outgoing;
use parlour_service::trust::{Reach, Trust};
use parlour_service::{Parlour, Settings, apps};
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::clock::Clock;
use crate::events;
use crate::files::FakeBucket;
use crate::nowhere;
use crate::push::{Posts, Queued, billable};

/// Parlour with one app.
pub(crate) struct World {
    pub(crate) parlour: Arc<Parlour>,
    /// The same engine, past the store.
    pub(crate) raw: aws_sdk_dynamodb::Client,
    pub(crate) app: parlour_domain::AppId,
    client_key: String,
    counter: Counter,
    measuring: Arc<AtomicBool>,
    put_at: Arc<AtomicU64>,
    posts: Posts,
    pub(crate) queued: Queued,
    /// Messages of the `deliver` queue.
    pub(crate) deliveries: Queued,
    pub(crate) clock: Clock,
    router: Router,
    compat: Router,
}

/// What one request used and sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measured {
    pub(crate) usage: Usage,
    /// Round trips until the last put had ended; 0 without one.
    pub(crate) durable: u64,
    /// Frames posted, by connection.
    pub(crate) posted: Vec<String>,
    /// Messages of the `fan_out` queue.
    pub(crate) queued: usize,
    /// Billable WebSocket messages: the request, its answer, the posts.
    pub(crate) billable: usize,
    /// The answer's body.
    pub(crate) answer: Value,
}

impl World {
    /// Nobody hears of it but clients.
    pub(crate) async fn new() -> Self {
        Self::with(false).await
    }

    /// Webhooks hear of it too; none of them can be reached.
    pub(crate) async fn telling() -> Self {
        Self::with(true).await
    }

    async fn with(tells: bool) -> Self {
        let (counter, put_at) = (Counter::new(), Arc::new(AtomicU64::new(0)));
        let measuring = Arc::new(AtomicBool::new(false));
        let engine = SharedHttpConnector::new(AllFirst {
            engine: InlineEngine::new().unwrap().connector(),
            measuring: Arc::clone(&measuring),
        });
        let counting = CountingConnector::shared(engine, counter.clone());
        let connector = SharedHttpConnector::new(NotingPuts {
            inner: counting,
            counter: counter.clone(),
            put_at: Arc::clone(&put_at),
        });
        let raw = client(ClientSettings {
            http: http_client(connector),
            endpoint: Some("http://engine.invalid".to_owned()),
            region: "us-east-1".to_owned(),
            credentials: Credentials::new("local", "local", None, None, "tests"),
            attempts: 1,
        });
        let store = Store::new(raw.clone(), Tables::with_prefix(""));
        store.create_tables().await.unwrap();
        let (posts, queued) = (Posts::default(), Queued::default());
        let deliveries = Queued::default();
        let outgoing = Outgoing {
            queue: Arc::new(deliveries.clone()),
            bus: None,
        };
        let parlour = Parlour {
            store: if tells { store.with_outbox() } else { store },
            push: Arc::new(posts.clone()),
            queue: Arc::new(queued.clone()),
            calls: Arc::new(queued.clone()),
            files: Arc::new(FakeBucket::new(|_, _| {})),
            signing: SigningKeys::new(vec![("one".to_owned(), vec![7; 32])]).unwrap(),
            trust: if tells {
                Trust::new(nowhere::fetcher())
            } else {
                Trust::reaching(Reach::Public).unwrap()
            },
            outgoing: tells.then_some(outgoing),
            default_app: None,
            settings: Settings::default(),
        };
        let clock = Clock::new();
        let app = apps::create(&parlour, &mut clock.moment(), "app", Vec::new())
            .await
            .unwrap();
        let parlour = Arc::new(parlour);
        Self {
            router: rest::router(Arc::clone(&parlour), clock.moments()),
            compat: compat::router(Arc::clone(&parlour), clock.moments()),
            app: app.app.id,
            client_key: app.api_token.expose().to_owned(),
            parlour,
            raw,
            counter,
            measuring,
            put_at,
            posts,
            queued,
            deliveries,
            clock,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.pass(seconds * 1_000);
    }

    pub(crate) fn moment(&self) -> Moment {
        self.clock.moment()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.parlour.store
    }

    /// Counts what `work` uses.
    pub(crate) async fn measure<T>(&self, work: impl Future<Output = T>) -> (T, Measured) {
        self.put_at.store(0, Ordering::SeqCst);
        self.posts.take();
        self.measuring.store(true, Ordering::SeqCst);
        let (result, usage) = self.counter.measure(work).await;
        self.measuring.store(false, Ordering::SeqCst);
        let posts = self.posts.take();
        let measured = Measured {
            usage,
            durable: self.put_at.load(Ordering::SeqCst),
            queued: 0,
            billable: posts.iter().map(|(_, frame)| billable(frame)).sum(),
            posted: posts.into_iter().map(|(connection, _)| connection).collect(),
            answer: Value::Null,
        };
        (result, measured)
    }

    /// Runs a function on an event, and `fan_out` on what it put into the queue.
    pub(crate) async fn invoke(&self, function: &str, event: &Value) -> Measured {
        let mut measured = self.invoke_alone(function, event).await;
        self.fan_out(&mut measured).await;
        measured
    }

    /// Runs `fan_out` on what is in the queue.
    pub(crate) async fn fan_out(&self, measured: &mut Measured) {
        let messages = self.queued.take();
        measured.queued += messages.len();
        if !messages.is_empty() {
            let told = self.invoke_alone("fan_out", &events::queue(&messages)).await;
            assert_eq!(told.usage.round_trips, 0, "telling those who are there reads nothing");
            measured.billable += told.billable;
            measured.posted.extend(told.posted);
        }
    }

    /// Runs `fan_out` on the tasks since the last time, which are left aside otherwise.
    pub(crate) async fn tasks(&self) -> Measured {
        let tasks = self.queued.take_tasks();
        assert!(!tasks.is_empty(), "somebody came or went");
        let done = self.invoke_alone("fan_out", &events::queue(&tasks)).await;
        assert_eq!(done.answer["batchItemFailures"], serde_json::json!([]));
        done
    }

    pub(crate) async fn invoke_alone(&self, function: &str, event: &Value) -> Measured {
        let payload = event.to_string();
        let moment = self.moment();
        let (answer, mut measured) = self
            .measure(invoke(&self.parlour, moment, function, payload.as_bytes()))
            .await;
        measured.answer = serde_json::from_slice(&answer.unwrap()).unwrap();
        measured
    }

    /// Sends a REST request; its status must be a success.
    pub(crate) async fn rest(&self, method: &str, path: &str, bearer: &str) -> Measured {
        self.ask(method, path, ("authorization", &format!("Bearer {bearer}")))
            .await
    }

    /// The same with a body.
    pub(crate) async fn rest_with(&self, method: &str, path: &str, bearer: &str, body: Value) -> Measured {
        let credential = format!("Bearer {bearer}");
        self.ask_with(
            method,
            path,
            ("authorization", &credential),
            ("application/json", Body::from(body.to_string())),
        )
        .await
    }

    /// The same with a form.
    pub(crate) async fn rest_with_form(
        &self,
        path: &str,
        bearer: &str,
        boundary: &str,
        form: &'static [u8],
    ) -> Measured {
        let credential = format!("Bearer {bearer}");
        let kind = format!("multipart/form-data; boundary={boundary}");
        self.ask_with("POST", path, ("authorization", &credential), (&kind, Body::from(form)))
            .await
    }

    /// The same with the app's own token.
    pub(crate) async fn rest_of_backend(&self, method: &str, path: &str) -> Measured {
        self.ask(method, path, ("clientkey", &self.client_key)).await
    }

    /// The same with a body.
    pub(crate) async fn rest_of_backend_with(&self, method: &str, path: &str, body: Value) -> Measured {
        let credential = ("clientkey", self.client_key.as_str());
        let body = ("application/json", Body::from(body.to_string()));
        self.ask_with(method, path, credential, body).await
    }

    async fn ask(&self, method: &str, path: &str, credential: (&str, &str)) -> Measured {
        self.ask_with(method, path, credential, ("application/json", Body::empty()))
            .await
    }

    async fn ask_with(
        &self,
        method: &str,
        path: &str,
        (header, credential): (&str, &str),
        (kind, body): (&str, Body),
    ) -> Measured {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header, credential)
            .header("content-type", kind)
            .body(body)
            .unwrap();
        let router = match compat::is_ours(None, path) {
            true => &self.compat,
            false => &self.router,
        };
        let (response, mut measured) = self.measure(router.clone().oneshot(request)).await;
        self.fan_out(&mut measured).await;
        let response = response.unwrap();
        assert!(response.status().is_success(), "{method} {path}: {}", response.status());
        if response.status() != StatusCode::NO_CONTENT {
            let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
            measured.answer = serde_json::from_slice(&body).unwrap();
        }
        measured
    }
}

/// More than half as many as an operation has calls side by side.
const POLLS: u32 = 64;

/// While something is measured, answers a call only after every other one beside it has begun: streams of futures start two
/// at a time and hand control back in between, and the engine, which never waits, would be done with the first by then.
#[derive(Debug)]
struct AllFirst {
    engine: SharedHttpConnector,
    measuring: Arc<AtomicBool>,
}

impl HttpConnector for AllFirst {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let engine = self.engine.clone();
        let polls = if self.measuring.load(Ordering::SeqCst) {
            POLLS
        } else {
            0
        };
        HttpConnectorFuture::new(async move {
            for _ in 0..polls {
                tokio::task::yield_now().await;
            }
            engine.call(request).await
        })
    }
}

/// Notes how many round trips there had been when a put had ended: that is when a message is durable.
#[derive(Debug)]
struct NotingPuts {
    inner: SharedHttpConnector,
    counter: Counter,
    put_at: Arc<AtomicU64>,
}

impl HttpConnector for NotingPuts {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let is_put = request
            .headers()
            .get("x-amz-target")
            .is_some_and(|target| target.ends_with(".PutItem"));
        let (call, counter, put_at) = (self.inner.call(request), self.counter.clone(), Arc::clone(&self.put_at));
        HttpConnectorFuture::new(async move {
            let response = call.await;
            if is_put {
                put_at.store(counter.usage().round_trips, Ordering::SeqCst);
            }
            response
        })
    }
}
