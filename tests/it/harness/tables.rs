//! The tables under a server, for what no request shows: the rows that are left of a connection.
//!
//! The ready file of a running server names them (`dynamodb`). Else the test has a gateway of its own on the DynamoDB endpoint in
//! `PARLOUR_TEST_DYNAMODB`, with tables of its own; where that is not set either, there are no tables to look into, and that is
//! printed. It is a failure where `PARLOUR_TEST_SKIPS_NOTHING` is set, as `cargo xtask test` does.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use parlour_connectors::http_client;
use parlour_domain::{AppId, ConnectionId, RoomId, RoomNumber, UserId};
use parlour_store::{ClientSettings, Credentials, Store, Tables, client, keys};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Person, Process, TestServer};

/// A server and its tables.
#[derive(Debug)]
pub(crate) struct TableServer {
    pub(crate) server: TestServer,
    pub(crate) store: Store,
    client: Client,
    _folder: Option<TempDir>,
}

impl TableServer {
    /// The running server, or one of the test's own.
    pub(crate) fn start() -> Option<Self> {
        let Some(server) = TestServer::running() else {
            return Self::own();
        };
        let place = server.ready["dynamodb"].clone();
        Some(Self::of(server, &place, None))
    }

    /// A gateway of the test's own in any case.
    pub(crate) fn own() -> Option<Self> {
        let endpoint = std::env::var("PARLOUR_TEST_DYNAMODB").ok();
        if endpoint.is_none() {
            let strict = std::env::var_os("PARLOUR_TEST_SKIPS_NOTHING");
            assert!(strict.is_none(), "PARLOUR_TEST_DYNAMODB names no endpoint");
            eprintln!("skipped: PARLOUR_TEST_DYNAMODB names no endpoint");
        }
        endpoint.map(|endpoint| Self::on(&endpoint))
    }

    fn on(endpoint: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().file_name().unwrap().to_str().unwrap();
        let prefix = format!("it-{}-", name.trim_start_matches('.'));
        let process = Process::on_tables(folder.path(), endpoint, &prefix);
        let place = json!({ "endpoint": endpoint, "table_prefix": prefix });
        Self::of(TestServer::own(process), &place, Some(folder))
    }

    fn of(server: TestServer, place: &Value, folder: Option<TempDir>) -> Self {
        let text = |name: &str, other: &str| place[name].as_str().unwrap_or(other).to_owned();
        let (id, secret) = (text("access_key_id", "local"), text("secret_access_key", "local"));
        let client = client(ClientSettings {
            http: http_client(SharedHttpConnector::new(Connector::builder().build_http())),
            endpoint: place["endpoint"].as_str().map(str::to_owned),
            region: text("region", "us-east-1"),
            credentials: Credentials::new(id, secret, None, None, "tests"),
            attempts: 3,
        });
        let tables = Tables::with_prefix(&text("table_prefix", "parlour-"));
        Self {
            store: Store::new(client.clone(), tables),
            client,
            server,
            _folder: folder,
        }
    }

    /// The app that the tests work in.
    pub(crate) fn app(&self) -> AppId {
        AppId::parse(&self.server.tenant.app_id).unwrap()
    }

    /// A room's number in that app.
    pub(crate) fn number(&self, room: &str) -> RoomNumber {
        RoomId::parse(room).unwrap().number(&self.app()).unwrap()
    }

    /// How many rows there are of a connection, alive or not: its own, and its place in the room.
    pub(crate) async fn rows(&self, person: &Person, room: &str, connection: &ConnectionId) -> usize {
        let (app, user) = (self.app(), UserId::parse(&person.id).unwrap());
        let own = keys::connection(&app, user, connection);
        let place = keys::subscription(&app, self.number(room), user, connection);
        let mut count = 0;
        for key in [own, place] {
            let row = self
                .client
                .get_item()
                .table_name(&self.store.tables().connections)
                .set_key(Some(item(&key)))
                .consistent_read(true)
                .send()
                .await
                .unwrap();
            count += usize::from(row.item.is_some());
        }
        count
    }
}

fn item(key: &keys::Key) -> HashMap<String, AttributeValue> {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    HashMap::from([
        (keys::PK.to_owned(), text(&key.pk)),
        (keys::SK.to_owned(), text(&key.sk)),
    ])
}
