//! The built functions, each a process of its own as on Lambda: a user is made, gets a token, connects and is answered.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use parlour_domain::{Entropy, Moment, Timestamp};
use parlour_gateway::event::{self, Client, Stamp, Upgrade};
use parlour_lambda::{ManagementApi, Outbound, signing_keys};
use parlour_service::{Parlour, Settings, apps};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::server::signer;
use crate::world::{SIGNING_KEYS, World};

const FUNCTIONS: [&str; 4] = ["rest", "authorizer", "connect", "default"];

/// Where the functions are: in the folder that `PARLOUR_TEST_BINARIES` names, else built next to this test:
/// `…/target/debug/deps/it-…` → `…/target/debug`.
async fn build() -> PathBuf {
    if let Some(folder) = std::env::var_os("PARLOUR_TEST_BINARIES") {
        return PathBuf::from(folder);
    }
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--quiet"]);
    for function in FUNCTIONS {
        command.args(["--package", function]);
    }
    command.arg("--target-dir").arg(profile.parent().unwrap());
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    if profile.ends_with("release") {
        command.arg("--release");
    }
    assert!(command.status().await.unwrap().success(), "the functions are built");
    profile.to_owned()
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// An app on the tables, as `parlour app create` makes one; its client key.
async fn app(world: &World) -> String {
    let mut moment = Moment {
        now: Timestamp::from_millis(now()),
        entropy: Entropy::from_seed([3; 32]),
    };
    parlour_migrations::up(&world.store, moment.now).await.unwrap();
    let parlour = Parlour {
        store: world.store.clone(),
        push: Arc::new(ManagementApi::new(Outbound::new().unwrap(), signer(), None)),
        signing: signing_keys::parse(SIGNING_KEYS).unwrap(),
        settings: Settings::default(),
    };
    let made = apps::create(&parlour, &mut moment, "test", Vec::new()).await.unwrap();
    made.api_token.expose().to_owned()
}

/// An event of an HTTP API, payload format 2.0.
fn http_event(method: &str, path: &str, client_key: &str, body: &Value) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": { "clientkey": client_key, "content-type": "application/json", "host": "h1.example" },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "h1",
            "domainName": "h1.example",
            "domainPrefix": "h1",
            "http": {
                "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "test"
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "10/Mar/2026:05:16:23 +0000",
            "timeEpoch": now(),
        },
        "body": body.to_string(),
        "isBase64Encoded": false,
    })
}

fn websocket_events(token: &str) -> (Client, Upgrade, Stamp) {
    let client = Client {
        connection_id: "L0SM9cOFvHcCIhw=".to_owned(),
        connected_at: now(),
        source_ip: "192.0.2.1".to_owned(),
        user_agent: None,
        host: "w1.example".to_owned(),
    };
    let upgrade = Upgrade {
        headers: Vec::new(),
        query: vec![("token".to_owned(), token.to_owned())],
    };
    let stamp = Stamp {
        request_id: "L0SM9etTvHcF_dA=".to_owned(),
        now: now(),
    };
    (client, upgrade, stamp)
}

fn parsed(event: &[u8]) -> Value {
    serde_json::from_slice(event).unwrap()
}

#[tokio::test]
async fn a_user_is_made_and_connects_and_is_answered() {
    let built = build().await;
    let mut world = World::start().await;
    let key = app(&world).await;

    let mut rest = world.function(&built.join("rest"));
    let asked = http_event("POST", "/user", &key, &json!({ "name": "Ada" }));
    let made = world.invoke(&mut rest, asked).await.unwrap();
    assert_eq!(made["statusCode"], 201, "{made}");
    let user = parsed(made["body"].as_str().unwrap().as_bytes())["id"].clone();
    let path = format!("/auth/{}", user.as_str().unwrap());
    let issued = world
        .invoke(&mut rest, http_event("POST", &path, &key, &json!({})))
        .await
        .unwrap();
    let token = parsed(issued["body"].as_str().unwrap().as_bytes())["token"].clone();
    drop(rest);

    let (client, upgrade, stamp) = websocket_events(token.as_str().unwrap());
    let mut authorizer = world.function(&built.join("authorizer"));
    let refused = event::authorizer(&client, &Upgrade::default(), &stamp);
    let failure = world.invoke(&mut authorizer, parsed(&refused)).await.unwrap_err();
    assert_eq!(failure["errorMessage"], "Unauthorized");
    let asked = event::authorizer(&client, &upgrade, &stamp);
    let allowed = world.invoke(&mut authorizer, parsed(&asked)).await.unwrap();
    assert_eq!(allowed["policyDocument"]["Statement"][0]["Effect"], "Allow");
    let context = allowed["context"].as_object().unwrap().clone();
    drop(authorizer);

    let mut connect = world.function(&built.join("connect"));
    let connected = event::connect(&client, &context, &upgrade, &stamp);
    assert_eq!(
        world.invoke(&mut connect, parsed(&connected)).await,
        Ok(json!({ "statusCode": 200 }))
    );
    let broken = world.invoke(&mut connect, json!({ "no": "event" })).await.unwrap_err();
    assert_eq!(broken["errorType"], "Fault");
    let log = connect.log().await;
    assert_eq!(log.len(), 1, "one line for the fault, none for what went well: {log:?}");
    assert_eq!(
        (&log[0]["level"], &log[0]["function"]),
        (&json!("ERROR"), &json!("event"))
    );
    assert_eq!(log[0]["span"]["aws_request_id"], "8476a536-e9f4-11e8-9739-2dfe598c3fcd");

    let mut default = world.function(&built.join("default"));
    let frame = r#"{"action":"ping","request_id":"r1"}"#;
    let routed = event::message(&client, &context, &stamp, "ping", "m1", frame);
    let answer = world.invoke(&mut default, parsed(&routed)).await.unwrap();
    assert_eq!(parsed(answer["body"].as_str().unwrap().as_bytes())["event"], "pong");
    assert_eq!(world.posted(), []);
    let unrouted = event::message(&client, &context, &stamp, "$default", "m2", frame);
    assert_eq!(
        world.invoke(&mut default, parsed(&unrouted)).await,
        Ok(json!({ "statusCode": 200 }))
    );
    let posted = world.posted();
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0].0, "/gateway/@connections/L0SM9cOFvHcCIhw%3D");
    assert_eq!(
        (&posted[0].1["event"], &posted[0].1["request_id"]),
        (&json!("pong"), &json!("r1"))
    );
}

#[tokio::test]
async fn a_function_that_lacks_a_setting_names_it() {
    let built = build().await;
    let ended = Command::new(built.join("connect"))
        .env_clear()
        .env("PARLOUR_CHAT_TABLE", "test-chat")
        .output()
        .await
        .unwrap();
    assert!(!ended.status.success());
    let line = parsed(&ended.stdout);
    assert_eq!(line["error"], "PARLOUR_CONNECTIONS_TABLE is not set");
    assert_eq!(
        (&line["level"], &line["function"]),
        (&json!("ERROR"), &json!("connect"))
    );
}
