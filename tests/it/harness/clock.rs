//! A server in this process whose clock can be moved: what takes half a minute or a day elsewhere takes a moment here.
//!
//! It is the whole of Parlour on one machine, with a socket of its own: handlers, engine, queues, bucket. Only time is another: the
//! handlers look at this clock, what the queues are to give later waits for it, and `sweep` runs when the test says so.

use std::ops::Deref;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use parlour_auth::SigningKeys;
use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::http_client;
use parlour_domain::{AppId, AttachmentId, Moment, Timestamp};
use parlour_gateway::background::Work;
use parlour_gateway::connection::Rules;
use parlour_gateway::faults::Faults;
use parlour_gateway::files::{FileEndpoint, Folder, OwnBucket};
use parlour_gateway::in_process::InProcess;
use parlour_gateway::queue::FunctionQueue;
use parlour_gateway::registry::Registry;
use parlour_gateway::server::{Parts, Server};
use parlour_gateway::signed::KeyPair;
use parlour_gateway::{clock, files, schedule};
use parlour_handlers::{MomentSource, compat, invoke, rest};
use parlour_service::deliver::Outgoing;
use parlour_service::push::BoxFuture;
use parlour_service::queue::{Queue, QueueError};
use parlour_service::trust::{Reach, Trust};
use parlour_service::{Parlour, Settings, apps};
use parlour_store::{ClientSettings, Credentials, Store, Tables, client, keys};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::sleep;

use super::{LIMIT, Person, TestServer};

/// The time, ahead of this machine's. Clones share it.
#[derive(Debug, Clone, Default)]
struct Clock {
    ahead_millis: Arc<AtomicI64>,
}

impl Clock {
    fn moment(&self) -> Moment {
        let mut moment = clock::moment();
        let ahead = self.ahead_millis.load(Ordering::SeqCst);
        moment.now = Timestamp::from_millis(moment.now.millis() + ahead);
        moment
    }

    fn now_millis(&self) -> i64 {
        self.moment().now.millis()
    }
}

/// A queue of the gateway that gives by this clock what it is to give later.
#[derive(Debug)]
struct Later {
    queue: Arc<FunctionQueue>,
    clock: Clock,
    /// With the time from which on each is given.
    waiting: Mutex<Vec<(i64, String)>>,
}

impl Later {
    fn new(queue: &Arc<FunctionQueue>, clock: &Clock) -> Arc<Self> {
        Arc::new(Self {
            queue: Arc::clone(queue),
            clock: clock.clone(),
            waiting: Mutex::default(),
        })
    }

    /// Gives what is due.
    fn give(&self) {
        let now = self.clock.now_millis();
        let mut waiting = self.waiting.lock().unwrap();
        let (due, rest): (Vec<_>, Vec<_>) = waiting.drain(..).partition(|(at, _)| *at <= now);
        *waiting = rest;
        if !due.is_empty() {
            let due = due.into_iter().map(|(_, message)| message).collect();
            self.queue.put_all(due).unwrap();
        }
    }
}

impl Queue for Later {
    fn put(&self, messages: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>> {
        self.put_later(messages, 0)
    }

    fn put_later(&self, messages: Vec<String>, seconds: u16) -> BoxFuture<'_, Result<(), QueueError>> {
        let at = self.clock.now_millis() + i64::from(seconds) * 1_000;
        let messages = messages.into_iter().map(|message| (at, message));
        self.waiting.lock().unwrap().extend(messages);
        self.give();
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The server, as others see it, and its clock.
pub(crate) struct ClockServer {
    server: TestServer,
    parlour: Arc<Parlour>,
    clock: Clock,
    queues: [Arc<Later>; 2],
    _running: Server,
}

impl Deref for ClockServer {
    type Target = TestServer;

    fn deref(&self) -> &TestServer {
        &self.server
    }
}

impl ClockServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (clock, work) = (Clock::default(), Work::default());
        let queues = [&work.queue, &work.deliveries].map(|queue| Later::new(queue, &clock));
        let faults = Arc::new(Faults::new("".parse().unwrap()));
        let registry = Arc::new(Registry::new(Arc::clone(&faults), None));
        let key = Arc::new(KeyPair::generate().unwrap());
        let files = FileEndpoint::new(Folder::temporary().unwrap(), Arc::clone(&key));
        let bucket = OwnBucket::new(
            format!("http://{address}/{}", files::BUCKET),
            "us-east-1".to_owned(),
            Credentials::new(&key.access_key_id, &key.secret_access_key, None, None, "tests"),
            files.clone(),
        );
        let parlour = Arc::new(Parlour {
            store: store().await,
            push: Arc::clone(&registry) as _,
            queue: Arc::clone(&queues[0]) as _,
            calls: Arc::clone(&work.calls) as _,
            files: Arc::new(bucket),
            signing: SigningKeys::new(vec![("one".to_owned(), vec![7; 32])]).unwrap(),
            // The receivers of the tests are on this machine.
            trust: Trust::reaching(Reach::Private).unwrap(),
            outgoing: Some(Outgoing {
                queue: Arc::clone(&queues[1]) as _,
                bus: None,
            }),
            default_app: None,
            settings: Settings::default(),
        });
        let moments: MomentSource = Arc::new({
            let clock = clock.clone();
            move || clock.moment()
        });
        let parts = Parts {
            rules: Rules::kind(),
            functions: Arc::new(InProcess::new(Arc::clone(&parlour), Arc::clone(&moments))),
            registry,
            faults,
            key,
            router: rest::router(Arc::clone(&parlour), Arc::clone(&moments)),
            compat: compat::router(Arc::clone(&parlour), Arc::clone(&moments)),
            default_app: None,
            bound: Vec::new(),
            files,
            work,
            schedule: false,
        };
        let app = apps::create(&parlour, &mut moments(), "app", Vec::new()).await.unwrap();
        let ready = json!({
            "http": format!("http://{address}"),
            "ws": format!("ws://{address}/ws"),
            "app_id": app.app.id.as_str(),
            "client_key": app.api_token.expose(),
        });
        Self {
            server: TestServer::of(ready, None),
            parlour,
            clock,
            queues,
            _running: Server::start(listener, parts).unwrap(),
        }
    }

    /// Lets time pass, all at once.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.ahead_millis.fetch_add(seconds * 1_000, Ordering::SeqCst);
        for queue in &self.queues {
            queue.give();
        }
    }

    /// The time of its clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.moment().now
    }

    /// Waits until all that is due by now is done.
    pub(crate) async fn settle(&self) {
        let begin = Instant::now();
        while self.queues.iter().any(|queue| queue.queue.count() != (0, 0)) {
            assert!(begin.elapsed() < LIMIT, "the queues come to rest");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Runs `sweep`, as it runs every minute.
    pub(crate) async fn sweep(&self) {
        let moment = self.clock.moment();
        let event = schedule::event(moment.now.millis());
        invoke(&self.parlour, moment, "sweep", &event).await.unwrap();
    }

    /// The same person with a new token: after an hour the one before has ended.
    pub(crate) async fn renewed(&self, person: &Person) -> Person {
        person.at(&self.server, self.token(&person.id).await)
    }

    /// Whether the bucket has this file.
    pub(crate) async fn keeps(&self, file: &str) -> bool {
        let app = AppId::parse(&self.tenant.app_id).unwrap();
        let object = keys::object(&app, AttachmentId::parse(file).unwrap());
        self.parlour.files.stored(&object).await.unwrap().is_some()
    }
}

async fn store() -> Store {
    let client = client(ClientSettings {
        http: http_client(InlineEngine::new().unwrap().connector()),
        endpoint: Some("http://engine.invalid".to_owned()),
        region: "us-east-1".to_owned(),
        credentials: Credentials::new("local", "local", None, None, "tests"),
        attempts: 1,
    });
    let store = Store::new(client, Tables::with_prefix("")).with_outbox();
    store.create_tables().await.unwrap();
    store
}
