//! Clients, the gateway, functions elsewhere.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::StatusCode;
use parlour_gateway::account::Account;
use parlour_gateway::engine::DynamoDb;
use parlour_gateway::lambda_client::LambdaSettings;
use parlour_gateway::secrets::{DevelopmentApp, Secrets};
use parlour_gateway::{Options, Running, serve};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::dynamodb;
use crate::functions::{Functions, PREFIX};

/// Longer than anything here takes.
const LIMIT: Duration = Duration::from_secs(20);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

struct World {
    running: Running,
    functions: Functions,
    _folder: TempDir,
}

impl World {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dynamodb = dynamodb::start().await;
        let secrets = Secrets::open(Some(folder.path())).unwrap();
        let functions = Functions::start(&dynamodb, &secrets).await;
        let running = serve(Options {
            data: Some(folder.path().to_owned()),
            dynamodb: Some(DynamoDb {
                endpoint: Some(dynamodb),
                account: Account::default(),
            }),
            table_prefix: "test-".to_owned(),
            invoke: Some(LambdaSettings {
                url: functions.url.clone(),
                prefix: PREFIX.to_owned(),
                account: Account::default(),
                concurrency: 8,
            }),
            ..Options::default()
        })
        .await
        .unwrap();
        functions.gateway_is(&running.http, running.key.clone());
        Self {
            running,
            functions,
            _folder: folder,
        }
    }

    fn app(&self) -> &DevelopmentApp {
        self.running.app.as_ref().unwrap()
    }

    async fn post(&self, path: &str, body: String) -> reqwest::Response {
        reqwest::Client::new()
            .post(format!("{}{path}", self.running.http))
            .header("clientKey", &self.app().client_key)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap()
    }

    async fn connect(&self, user_id: &str, query: &str) -> Socket {
        let issued = self.post(&format!("/auth/{user_id}"), String::new()).await;
        let issued: Value = issued.json().await.unwrap();
        let url = format!("{}?token={}{query}", self.running.ws, issued["token"].as_str().unwrap());
        connect_async(url).await.unwrap().0
    }

    fn called(&self, name: &str) -> bool {
        let called = self.functions.called.lock().unwrap();
        called.contains(&format!("{PREFIX}{name}"))
    }
}

async fn hear(socket: &mut Socket) -> Value {
    let message = tokio::time::timeout(LIMIT, socket.next())
        .await
        .expect("something arrives");
    serde_json::from_str(message.unwrap().unwrap().to_text().unwrap()).unwrap()
}

async fn say(socket: &mut Socket, frame: Value) -> Value {
    socket.send(Message::Text(frame.to_string().into())).await.unwrap();
    hear(socket).await
}

#[tokio::test]
async fn two_users_talk_through_functions_elsewhere() {
    let world = World::start().await;
    let DevelopmentApp {
        user_id,
        other_user_id,
        room_id,
        ..
    } = world.app();
    let mut one = world.connect(user_id, "&hello=1").await;
    let hello = hear(&mut one).await;
    assert_eq!(
        (&hello["event"], &hello["data"]["user_id"]),
        (&json!("hello"), &json!(user_id)),
        "{hello}"
    );
    let mut two = world.connect(other_user_id, "").await;
    for socket in [&mut one, &mut two] {
        let joined = say(socket, json!({ "action": "join_room", "room_id": room_id })).await;
        assert_eq!(joined["event"], "ack", "{joined}");
    }
    let sent = json!({ "action": "send_message", "room_id": room_id, "text_message": "hello" });
    assert_eq!(say(&mut one, sent).await["event"], "ack");
    let heard = hear(&mut two).await;
    assert_eq!(
        (&heard["event"], &heard["data"]["text_message"]),
        (&json!("new_message"), &json!("hello"))
    );
    let unknown = say(&mut two, json!({ "action": "dance" })).await;
    assert_eq!(unknown["data"]["code"], "unknown_action");
    two.close(None).await.unwrap();
    for name in [
        "authorizer",
        "connect",
        "connected",
        "join_room",
        "send_message",
        "default",
        "rest",
    ] {
        assert!(world.called(name), "{name}");
    }
    tokio::time::timeout(LIMIT, async {
        while !world.called("disconnect") || !world.called("sweep") {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("a connection's end is told, and the schedule runs");
    world.running.shutdown().await;
}

#[tokio::test]
async fn rest_is_the_functions_and_pages_are_the_gateways() {
    let world = World::start().await;
    let made = world.post("/user", json!({ "name": "Zoë" }).to_string()).await;
    assert_eq!(made.status(), 201);
    assert!(made.headers().contains_key("apigw-requestid"));
    let made: Value = made.json().await.unwrap();
    assert_eq!(made["name"], "Zoë");
    let get = async |path: &str| reqwest::get(format!("{}{path}", world.running.http)).await.unwrap();
    assert_eq!(get("/no/such/path").await.status(), 404);
    assert_eq!(get("/limits").await.status(), 200);
    let before = world.functions.called.lock().unwrap().len();
    for page in ["/", "/client.js", "/docs/", "/dev", "/dev/fault"] {
        assert_eq!(get(page).await.status(), 200, "{page}");
    }
    assert_eq!(
        world.functions.called.lock().unwrap().len(),
        before,
        "no function was asked"
    );
    assert_eq!(get("/docs/openapi.json").await.status(), 200);
    assert_eq!(
        world.functions.called.lock().unwrap().len(),
        before + 1,
        "the functions' own description"
    );
    let session = world
        .post("/dev/session", json!({ "user_id": made["id"] }).to_string())
        .await;
    assert_eq!(session.status(), 201, "the page's users are the functions' users");
    world.running.shutdown().await;
}

#[tokio::test]
async fn failures_have_the_words_of_api_gateway() {
    let world = World::start().await;
    let huge = world.post("/user", "x".repeat(10 * 1024 * 1024 + 1)).await;
    assert_eq!(huge.status(), 413);
    assert_eq!(huge.text().await.unwrap(), r#"{"message":"Request Entity Too Large"}"#);
    let large = world.post("/user", "\"".repeat(5 * 1024 * 1024)).await;
    assert_eq!(large.status(), 413, "as an event it is larger than Lambda takes");
    let rest_says = |status, answer| *world.functions.rest_says.lock().unwrap() = Some((status, answer));
    for (status, answer) in [
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            json!({ "errorMessage": "a bug", "errorType": "Fault" }),
        ),
        (StatusCode::OK, json!({ "statusCode": "none" })),
    ] {
        rest_says(status, answer);
        let failed = world.post("/user", "{}".to_owned()).await;
        assert_eq!(failed.status(), 500);
        assert_eq!(failed.text().await.unwrap(), r#"{"message":"Internal Server Error"}"#);
    }
    rest_says(
        StatusCode::OK,
        json!({ "statusCode": 302, "headers": { "location": "/x" }, "cookies": ["a=1"] }),
    );
    let told = world.post("/dev/user", json!({ "name": "x" }).to_string()).await;
    assert_eq!(told.status(), 302, "the page asks the function too");
    world.running.shutdown().await;
}

#[tokio::test]
async fn the_authorizer_elsewhere_decides() {
    let world = World::start().await;
    for query in ["", "?token=nonsense"] {
        match connect_async(format!("{}{query}", world.running.ws)).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 401, "{query}"),
            other => panic!("{query}: {:?}", other.err()),
        }
    }
    world.running.shutdown().await;
}
