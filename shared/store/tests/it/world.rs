//! A store on a fresh engine, with a clock and randomness that the test sets.
//!
//! The clock starts in the year 2100: an engine that expires rows by its own clock never interferes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use parlour_connectors::embedded::EmbeddedEngine;
use parlour_connectors::http_client;
use parlour_domain::{AppId, Entropy, Moment, Timestamp};
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};

use crate::size::setting;

/// 2100-01-01T00:00:00Z.
const BEGINNING: i64 = 4_102_444_800_000;

/// A store on an engine of its own, or on tables of its own.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) store: Store,
    /// The same engine, past the store.
    pub(crate) raw: Client,
    pub(crate) app: AppId,
    pub(crate) clock: Clock,
}

/// The test's clock and its source of ids. Clones share both.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    millis: Arc<AtomicI64>,
    drawn: Arc<AtomicU64>,
    seed: u64,
}

impl Clock {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            millis: Arc::new(AtomicI64::new(BEGINNING)),
            drawn: Arc::default(),
            seed,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.millis.load(Ordering::SeqCst))
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.millis.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// A moment with randomness that no other moment of this test has.
    pub(crate) fn moment(&self) -> Moment {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_be_bytes());
        seed[8..16].copy_from_slice(&self.drawn.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        Moment {
            now: self.now(),
            entropy: Entropy::from_seed(seed),
        }
    }
}

/// The seed of a test: its name.
pub(crate) fn seed_of(name: &str) -> u64 {
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// The client of the product, on a local engine.
pub(crate) fn product_client(http: SharedHttpConnector, endpoint: &str, attempts: u32) -> Client {
    client(ClientSettings {
        http: http_client(http),
        endpoint: Some(endpoint.to_owned()),
        region: "us-east-1".to_owned(),
        credentials: Credentials::new("local", "local", None, None, "tests"),
        attempts,
    })
}

/// A client without time limits, whose retries draw on no budget that another test could use up.
pub(crate) fn patient_client(connector: SharedHttpConnector, attempts: u32) -> Client {
    let retries = RetryConfig::standard()
        .with_max_attempts(attempts)
        .with_initial_backoff(Duration::from_millis(5));
    let partition = RetryPartition::custom("tests").token_bucket(TokenBucket::unlimited());
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("local"))
        .endpoint_url("http://engine.invalid")
        .allow_no_auth()
        .retry_config(retries)
        .retry_partition(partition.build())
        .http_client(http_client(connector));
    Client::from_conf(config.build())
}

impl World {
    /// On an embedded engine in memory, by the product's own client.
    pub(crate) async fn embedded(test: &str) -> Self {
        let connector = EmbeddedEngine::in_memory().unwrap().connector();
        Self::on(test, product_client(connector, "http://engine.invalid", 3), "").await
    }

    /// On any connector, by a patient client of `attempts` tries.
    pub(crate) async fn patient(test: &str, connector: SharedHttpConnector, attempts: u32) -> Self {
        Self::on(test, patient_client(connector, attempts), "").await
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
        let prefix = format!("t{started}-{:016x}-", seed_of(test));
        let http = aws_smithy_http_client::Connector::builder().build_http();
        let client = product_client(SharedHttpConnector::new(http), &endpoint, 3);
        Some(Self::on(test, client, &prefix).await)
    }

    async fn on(test: &str, raw: Client, prefix: &str) -> Self {
        let store = Store::new(raw.clone(), Tables::with_prefix(prefix));
        store.create_tables().await.unwrap();
        Self {
            store,
            raw,
            app: AppId::parse("tenant").unwrap(),
            clock: Clock::new(seed_of(test)),
        }
    }

    /// All rows of both tables, in no order.
    #[expect(
        clippy::disallowed_methods,
        reason = "only a scan shows rows that nothing should have made"
    )]
    pub(crate) async fn rows(&self) -> Vec<std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>> {
        let tables = self.store.tables();
        let mut rows = Vec::new();
        for table in [&tables.chat, &tables.connections] {
            let scan = self.raw.scan().table_name(table).consistent_read(true);
            let mut pages = scan.into_paginator().items().send();
            while let Some(row) = pages.next().await {
                rows.push(row.unwrap());
            }
        }
        rows
    }
}
