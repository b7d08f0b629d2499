//! The product on an engine in memory, with an app; every scene of a world is in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use axum::Router;
use parlour_auth::SigningKeys;
use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::http_client;
use parlour_domain::{AppId, Moment, Timestamp};
use parlour_handlers::rest;
use parlour_service::deliver::Outgoing;
use parlour_service::trust::{Reach, Trust};
use parlour_service::{Parlour, Settings, apps};
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};

use crate::bucket::Bucket;
use crate::clock::Clock;
use crate::cut::{Cut, Cutting};
use crate::omit::{Omit, Omitting};
use crate::outside::{Deliveries, Outside};

/// Parlour with one app.
pub(crate) struct World {
    pub(crate) parlour: Arc<Parlour>,
    pub(crate) app: AppId,
    /// The app's API token.
    pub(crate) backend: String,
    pub(crate) router: Router,
    pub(crate) cut: Cut,
    pub(crate) omit: Omit,
    pub(crate) outside: Outside,
    pub(crate) bucket: Bucket,
    /// For rows that the store does not show.
    pub(crate) client: aws_sdk_dynamodb::Client,
    clock: Clock,
    drawn: AtomicU64,
}

impl World {
    /// Nobody hears of it but clients.
    pub(crate) async fn new() -> Self {
        Self::reaching(Reach::Public, false).await
    }

    /// Webhooks hear of it too, those on this machine included.
    pub(crate) async fn telling() -> Self {
        Self::reaching(Reach::Private, true).await
    }

    async fn reaching(reach: Reach, tells: bool) -> Self {
        let (cut, omit) = (Cut::default(), Omit::default());
        let engine = SharedHttpConnector::new(Omitting {
            inner: InlineEngine::new().unwrap().connector(),
            omit: omit.clone(),
        });
        let connector = SharedHttpConnector::new(Cutting {
            inner: engine,
            cut: cut.clone(),
        });
        let client = client(ClientSettings {
            http: http_client(connector),
            endpoint: Some("http://engine.invalid".to_owned()),
            region: "us-east-1".to_owned(),
            credentials: Credentials::new("local", "local", None, None, "tests"),
            attempts: 1,
        });
        let store = Store::new(client.clone(), Tables::with_prefix(""));
        store.create_tables().await.unwrap();
        let (outside, bucket) = (Outside::new(cut.clone()), Bucket::new(cut.clone()));
        let outgoing = Outgoing {
            queue: Arc::new(Deliveries(outside.clone())),
            bus: None,
        };
        let parlour = Arc::new(Parlour {
            store: if tells { store.with_outbox() } else { store },
            push: Arc::new(outside.clone()),
            queue: Arc::new(outside.clone()),
            calls: Arc::new(outside.clone()),
            files: Arc::new(bucket.clone()),
            signing: SigningKeys::new(vec![("one".to_owned(), vec![7; 32])]).unwrap(),
            trust: Trust::reaching(reach).unwrap(),
            outgoing: tells.then_some(outgoing),
            default_app: None,
            settings: Settings::default(),
        });
        let clock = Clock::new();
        let app = apps::create(&parlour, &mut clock.moment(), "app", Vec::new())
            .await
            .unwrap();
        Self {
            router: rest::router(Arc::clone(&parlour), clock.moments()),
            app: app.app.id,
            backend: app.api_token.expose().to_owned(),
            parlour,
            cut,
            omit,
            outside,
            bucket,
            client,
            clock,
            drawn: AtomicU64::new(0),
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.parlour.store
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

    /// A number that was not drawn before.
    pub(crate) fn draw(&self) -> u64 {
        self.drawn.fetch_add(1, Ordering::SeqCst)
    }
}
