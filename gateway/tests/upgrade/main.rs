//! A server on the data of an older version: it serves at once, and changes the rows beside that, however often it is stopped.

#![expect(clippy::unwrap_used, reason = "tests, and what only they use")]

use std::path::Path;

use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use parlour_connectors::embedded::EmbeddedEngine;
use parlour_connectors::http_client;
use parlour_domain::{AppId, RoomNumber};
use parlour_gateway::running::TABLE_PREFIX;
use parlour_gateway::{Options, Running, clock, serve};
use parlour_migrations::{Run, status};
use parlour_store::{ClientSettings, Credentials, Store, Tables, client, keys};
use serde_json::{Value, json};

/// At the rate of a server, changing so many takes 20 seconds.
const OLD: u64 = 5_000;

async fn start(data: &Path) -> Running {
    let options = Options {
        data: Some(data.to_owned()),
        ..Options::default()
    };
    serve(options).await.unwrap()
}

/// A call of the engine, past the store.
async fn call(connector: &SharedHttpConnector, operation: &str, body: Value) {
    let mut request = HttpRequest::new(SdkBody::from(body.to_string()));
    request.set_method("POST").unwrap();
    request.set_uri("http://embedded/").unwrap();
    let target = format!("DynamoDB_20120810.{operation}");
    request.headers_mut().insert("x-amz-target", target);
    request
        .headers_mut()
        .insert("content-type", "application/x-amz-json-1.0");
    let response = connector.call(request).await.unwrap();
    assert!(response.status().is_success(), "{operation}: {:?}", response.body());
}

/// A room's row as the version before wrote it.
fn old_row(app: &AppId, number: u64) -> Value {
    let key = keys::room(app, RoomNumber::new(number).unwrap());
    json!({
        "pk": { "S": key.pk }, "sk": { "S": key.sk }, "t": { "S": "room" }, "number": { "N": number.to_string() },
        "kind": { "S": "group" }, "name": { "S": format!("Old {number}") }, "public": { "BOOL": false },
        "history": { "S": "all" }, "member_count": { "N": "0" }, "floor": { "N": "1" },
        "created_at": { "N": "1700000000000" }, "updated_at": { "N": "1700000000000" },
    })
}

/// The store of a server that is not running.
struct Offline {
    engine: EmbeddedEngine,
    store: Store,
}

impl Offline {
    fn open(data: &Path) -> Self {
        let engine = EmbeddedEngine::open(&data.join("parlour.db")).unwrap();
        let settings = ClientSettings {
            http: http_client(engine.connector()),
            endpoint: Some("http://embedded".to_owned()),
            region: "local".to_owned(),
            credentials: Credentials::new("local", "local", None, None, "tests"),
            attempts: 1,
        };
        let store = Store::new(client(settings), Tables::with_prefix(TABLE_PREFIX));
        Self { engine, store }
    }

    /// Puts rooms of the old form, and takes back that they were changed.
    async fn make_old(&self, app: &AppId) {
        let connector = self.engine.connector();
        for first in (0..OLD).step_by(25) {
            let rows = (first..first + 25).map(|number| old_row(app, 1_000_000 + number));
            let puts: Vec<_> = rows.map(|row| json!({ "PutRequest": { "Item": row } })).collect();
            let body = json!({ "RequestItems": { &self.store.tables().chat: puts } });
            call(&connector, "BatchWriteItem", body).await;
        }
        Run::new(&self.store).restart().await.unwrap();
    }
}

/// How many of the old rooms the backend finds.
async fn found(running: &Running) -> u64 {
    let (mut found, mut after) = (0, String::new());
    loop {
        let url = format!("{}/room?name_prefix=old&limit=50{after}", running.http);
        let key = &running.app.as_ref().unwrap().client_key;
        let request = reqwest::Client::new().get(url).header("clientKey", key);
        let page: Value = request.send().await.unwrap().json().await.unwrap();
        found += u64::try_from(page["items"].as_array().unwrap().len()).unwrap();
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return found,
        }
    }
}

#[tokio::test]
async fn rows_of_an_older_version_are_changed_while_it_serves() {
    let data = tempfile::tempdir().unwrap();
    let first = start(data.path()).await;
    let app = AppId::parse(&first.app.as_ref().unwrap().app_id).unwrap();
    first.shutdown().await;
    let offline = Offline::open(data.path());
    offline.make_old(&app).await;
    offline.engine.close();
    drop(offline);
    let second = start(data.path()).await;
    assert!(found(&second).await < OLD, "it serves before all are changed");
    second.shutdown().await;
    // What is left goes on from there: at the next start, or as here by `parlour migrate up`, which takes all it can.
    let offline = Offline::open(data.path());
    let before = status(&offline.store).await.unwrap()[1].progress.unwrap();
    assert_eq!(before.segments_done, 0, "stopped in the middle: {before:?}");
    Run::new(&offline.store).all(clock::moment().now).await.unwrap();
    offline.engine.close();
    drop(offline);
    let third = start(data.path()).await;
    assert_eq!(found(&third).await, OLD);
    third.shutdown().await;
}
