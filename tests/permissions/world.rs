//! The product on an engine in memory, with a ledger of what its functions do, on tokio's paused clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use axum::Router;
use parlour_auth::SigningKeys;
use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::http_client;
use parlour_domain::{AppId, Moment, Timestamp};
use parlour_handlers::{InvokeError, compat, invoke, rest};
use parlour_service::deliver::Outgoing;
use parlour_service::trust::Trust;
use parlour_service::{Parlour, Settings, apps};
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::time::sleep;

use crate::clock::Clock;
use crate::files::FakeBucket;
use crate::ledger::{Ledger, Permission};
use crate::noting::Noting;
use crate::nowhere;
use crate::outside::{Deliveries, Outside, Weather};

/// How long whatever was left running has to show itself after an answer: longer than every wait in the product.
const LONG: Duration = Duration::from_secs(60);

/// Parlour with one app.
pub(crate) struct World {
    pub(crate) parlour: Arc<Parlour>,
    pub(crate) app: AppId,
    /// The app's API token.
    pub(crate) backend: String,
    pub(crate) outside: Outside,
    pub(crate) ledger: Ledger,
    pub(crate) router: Router,
    pub(crate) compat: Router,
    clock: Clock,
    drawn: AtomicU64,
}

impl World {
    pub(crate) async fn new(weather: Weather, ledger: Ledger) -> Self {
        let connector = SharedHttpConnector::new(Noting {
            inner: InlineEngine::new().unwrap().connector(),
            ledger: ledger.clone(),
        });
        let client = client(ClientSettings {
            http: http_client(connector),
            endpoint: Some("http://engine.invalid".to_owned()),
            region: "us-east-1".to_owned(),
            credentials: Credentials::new("local", "local", None, None, "tests"),
            attempts: 1,
        });
        let store = Store::new(client, Tables::with_prefix(""));
        store.create_tables().await.unwrap();
        let outside = Outside::new(weather, ledger.clone());
        let parlour = Arc::new(Parlour {
            store: store.with_outbox_of_all(),
            push: Arc::new(outside.clone()),
            queue: Arc::new(outside.clone()),
            calls: Arc::new(outside.clone()),
            files: Arc::new(FakeBucket::new({
                let ledger = ledger.clone();
                move |place, action| ledger.note(Permission::new(place, action))
            })),
            signing: SigningKeys::new(vec![("one".to_owned(), vec![7; 32])]).unwrap(),
            trust: Trust::new(nowhere::fetcher()),
            outgoing: Some(Outgoing {
                queue: Arc::new(Deliveries(outside.clone())),
                bus: Some(Arc::new(outside.clone())),
            }),
            default_app: None,
            settings: Settings {
                tells_refusals: true,
                ..Settings::default()
            },
        });
        let clock = Clock::new();
        let origins = vec!["https://pages.example".to_owned()];
        let app = apps::create(&parlour, &mut clock.moment(), "app", origins)
            .await
            .unwrap();
        Self {
            router: rest::router(Arc::clone(&parlour), clock.moments()),
            compat: compat::router(Arc::clone(&parlour), clock.moments()),
            app: app.app.id,
            backend: app.api_token.expose().to_owned(),
            parlour,
            outside,
            ledger,
            clock,
            drawn: AtomicU64::new(0),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass for the product.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.pass(seconds * 1_000);
    }

    pub(crate) fn moment(&self) -> Moment {
        self.clock.moment()
    }

    /// A number that was not drawn before.
    pub(crate) fn draw(&self) -> u64 {
        self.drawn.fetch_add(1, Ordering::SeqCst)
    }

    /// Runs a function on an event; `what` names the action for the report.
    pub(crate) async fn invoke(&self, function: &str, what: &str, event: &Value) -> Result<Value, InvokeError> {
        let payload = event.to_string();
        let moment = self.moment();
        let answer = self
            .watch(
                function,
                what,
                invoke(&self.parlour, moment, function, payload.as_bytes()),
            )
            .await;
        answer.map(|answer| serde_json::from_slice(&answer).unwrap())
    }

    /// Runs `work` as this function, and watches what happens after its end.
    pub(crate) async fn watch<T>(&self, function: &str, what: &str, work: impl Future<Output = T>) -> T {
        let before = tasks();
        self.ledger.begin(function);
        let answer = work.await;
        self.ledger.answer(what);
        if tasks() > before {
            self.ledger.goes_on("a task");
        }
        sleep(LONG).await;
        self.ledger.end();
        answer
    }
}

/// Tasks of this runtime that have not ended.
fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}
