//! What tests of the built functions begin with: the programs, an app, events.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use parlour_domain::access::Actor;
use parlour_domain::{AppId, ConnectionId, Entropy, Moment, RoomId, Timestamp, UserId};
use parlour_gateway::event::{self, Client, Stamp, Upgrade};
use parlour_lambda::endpoint::Endpoint;
use parlour_lambda::{AwsService, LambdaCalls, ManagementApi, Outbound, SqsQueue, signing_keys};
use parlour_protocol::request::{CreateRoom, CreateUser};
use parlour_service::files::NoFiles;
use parlour_service::trust::{Reach, Trust};
use parlour_service::{Parlour, Session, Settings, apps, connect, create_room, join_room, users};
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::OnceCell;

use crate::server::signer;
use crate::world::{SIGNING_KEYS, World};

const FUNCTIONS: [&str; 9] = [
    "rest",
    "authorizer",
    "connect",
    "connected",
    "default",
    "send_message",
    "fan_out",
    "deliver",
    "events",
];

/// Where the functions are: in the folder that `PARLOUR_TEST_BINARIES` names, else built next to this test:
/// `…/target/debug/deps/it-…` → `…/target/debug`.
pub(crate) async fn build() -> &'static Path {
    static FOLDER: OnceCell<PathBuf> = OnceCell::const_new();
    FOLDER.get_or_init(build_once).await
}

async fn build_once() -> PathBuf {
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

fn moment(seed: u8) -> Moment {
    Moment {
        now: Timestamp::from_millis(now()),
        entropy: Entropy::from_seed([seed; 32]),
    }
}

/// An app on the tables, as `parlour app create` makes one.
pub(crate) struct App {
    pub(crate) client_key: String,
    id: AppId,
    parlour: Parlour,
}

impl App {
    pub(crate) async fn new(world: &World) -> Self {
        let mut moment = moment(3);
        parlour_migrations::up(&world.store, moment.now).await.unwrap();
        let (outbound, nowhere) = (Outbound::new().unwrap(), Endpoint::parse("http://127.0.0.1:1").unwrap());
        let service = |name| AwsService::new(name, nowhere.clone(), outbound.clone(), signer());
        let parlour = Parlour {
            store: world.store.clone(),
            push: Arc::new(ManagementApi::new(outbound.clone(), signer(), None)),
            queue: Arc::new(SqsQueue::new(service("sqs"), "http://127.0.0.1:1/queue".to_owned())),
            calls: Arc::new(LambdaCalls::new(service("lambda"), "connected".to_owned())),
            files: Arc::new(NoFiles),
            signing: signing_keys::parse(SIGNING_KEYS).unwrap(),
            trust: Trust::reaching(Reach::Public).unwrap(),
            outgoing: None,
            default_app: None,
            settings: Settings::default(),
        };
        let made = apps::create(&parlour, &mut moment, "test", Vec::new()).await.unwrap();
        Self {
            client_key: made.api_token.expose().to_owned(),
            id: made.app.id,
            parlour,
        }
    }

    /// A room with one member, who has so many connections that hear of it.
    pub(crate) async fn room(&self, connections: usize) -> Room {
        let backend = Actor::Backend { app: self.id.clone() };
        let new: CreateUser = serde_json::from_value(json!({ "name": "Ada" })).unwrap();
        let user = users::create(&self.parlour, &mut moment(4), &backend, new.check().unwrap(), None).await;
        let user = user.unwrap().value.id;
        let new: CreateRoom = serde_json::from_value(json!({ "kind": "group", "members": [user] })).unwrap();
        let room = create_room::create_room(&self.parlour, &mut moment(5), &backend, new.check().unwrap(), None).await;
        let room = room.unwrap().value.id;
        let moment = moment(6);
        for number in 0..connections {
            let session = Session {
                app: self.id.clone(),
                user: UserId::parse(&user).unwrap(),
                connection: ConnectionId::parse(&format!("c{number}")).unwrap(),
                connected_at: moment.now,
                expires: moment.now.plus_seconds(3_600),
                endpoint: None,
                dialect: None,
                quotas: Default::default(),
            };
            connect::connect(&self.parlour, &session, moment.now).await.unwrap();
            let joined = join_room::join_room(&self.parlour, &moment, &session, RoomId::parse(&room).unwrap(), None);
            joined.await.unwrap();
        }
        Room {
            id: room,
            app: self.id.to_string(),
            user,
        }
    }
}

/// A room and its member.
pub(crate) struct Room {
    pub(crate) id: String,
    app: String,
    user: String,
}

impl Room {
    /// The event of a frame that the member sends from a connection.
    pub(crate) fn frame(&self, connection: &str, route: &str, frame: &Value) -> Value {
        let (client, _, stamp) = websocket_events("");
        let client = Client {
            connection_id: connection.to_owned(),
            ..client
        };
        let context = json!({
            "app": self.app,
            "user": self.user,
            "dialect": "native",
            "expires": (now() + 3_600_000).to_string(),
        });
        let context = context.as_object().unwrap();
        parsed(&event::message(
            &client,
            context,
            &stamp,
            route,
            "m1",
            &frame.to_string(),
        ))
    }
}

/// An event of an HTTP API, payload format 2.0.
pub(crate) fn http_event(method: &str, path: &str, client_key: &str, body: &Value) -> Value {
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

/// A handshake with this token.
pub(crate) fn websocket_events(token: &str) -> (Client, Upgrade, Stamp) {
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

pub(crate) fn parsed(event: &[u8]) -> Value {
    serde_json::from_slice(event).unwrap()
}
