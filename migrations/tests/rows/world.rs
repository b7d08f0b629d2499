//! A store on a fresh engine whose calls are counted and can be killed.

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use parlour_connectors::embedded::{EmbeddedEngine, InlineEngine};
use parlour_connectors::http_client;
use parlour_store::domain::{AppId, Timestamp};
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};

use crate::tap::Tap;

/// 2100-01-01T00:00:00Z: an engine that expires rows by its own clock never interferes.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(4_102_444_800_000);

/// A setting of the environment.
pub(crate) fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A store with its tables.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) store: Store,
    /// The same engine, past the store and its counts.
    pub(crate) raw: Client,
    pub(crate) app: AppId,
    pub(crate) tap: Tap,
}

impl World {
    pub(crate) async fn embedded() -> Self {
        let engine = EmbeddedEngine::in_memory().unwrap();
        Self::on(engine.connector(), "http://embedded", "").await
    }

    /// An engine without a thread: on a paused clock, time passes only where a run waits.
    pub(crate) async fn inline() -> Self {
        Self::on(InlineEngine::new().unwrap().connector(), "http://embedded", "").await
    }

    /// On DynamoDB Local, with tables of its own; `None` if there is none to use.
    pub(crate) async fn dynamodb_local(test: &str) -> Option<Self> {
        let Some(endpoint) = setting("PARLOUR_TEST_DYNAMODB") else {
            let strict = std::env::var_os("PARLOUR_TEST_SKIPS_NOTHING");
            assert!(strict.is_none(), "PARLOUR_TEST_DYNAMODB names no endpoint");
            println!("skipped: PARLOUR_TEST_DYNAMODB names no endpoint, so only the embedded engine is tested");
            return None;
        };
        let started = std::time::UNIX_EPOCH.elapsed().unwrap().as_micros();
        let http = aws_smithy_http_client::Connector::builder().build_http();
        let prefix = format!("m{started}-{test}-");
        Some(Self::on(SharedHttpConnector::new(http), &endpoint, &prefix).await)
    }

    /// A store on any connector, with its tables.
    pub(crate) async fn on(connector: SharedHttpConnector, endpoint: &str, prefix: &str) -> Self {
        let tap = Tap::default();
        let client = |connector| {
            client(ClientSettings {
                http: http_client(connector),
                endpoint: Some(endpoint.to_owned()),
                region: "us-east-1".to_owned(),
                credentials: Credentials::new("local", "local", None, None, "tests"),
                attempts: 1,
            })
        };
        let raw = client(connector.clone());
        let store = Store::new(client(tap.over(connector)), Tables::with_prefix(prefix));
        store.create_tables().await.unwrap();
        Self {
            store,
            raw,
            app: AppId::parse("tenant").unwrap(),
            tap,
        }
    }
}
