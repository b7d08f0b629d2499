//! What the functions find: tables with an app, a room and two connections in it, and the environment that Lambda gives a process.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use parlour_auth::SigningKeys;
use parlour_domain::access::Actor;
use parlour_domain::{AppId, ConnectionId, Entropy, Moment, RoomId, Timestamp, UserId};
use parlour_lambda::endpoint::Endpoint;
use parlour_lambda::signer::Signer;
use parlour_lambda::{AwsService, LambdaCalls, ManagementApi, Outbound, SqsQueue, signing_keys};
use parlour_protocol::request::{CreateRoom, CreateUser};
use parlour_service::files::NoFiles;
use parlour_service::trust::{Reach, Trust};
use parlour_service::{Parlour, Session, Settings, apps, connect, create_room, join_room, users};
use parlour_store::{ClientSettings, Credentials, Store, Tables, client};
use serde_json::json;

use crate::aws::SIGNING_KEYS;
use crate::events::now;
use crate::subject::Subject;

const REGION: &str = "eu-central-1";
const KEY_ID: &str = "PARLOURbench";
const SECRET: &str = "secret";
/// The connection that sends, and the one that hears of it.
pub(crate) const CONNECTIONS: [&str; 2] = ["c0", "c1"];

/// What the functions find.
#[derive(Debug)]
pub(crate) struct Rig {
    environment: Vec<(&'static str, String)>,
    /// A user token of the sender, valid for an hour.
    pub(crate) token: String,
    pub(crate) app: String,
    pub(crate) room: String,
    pub(crate) sender: String,
}

impl Rig {
    /// Makes tables of its own on the engine, whatever else is there.
    pub(crate) async fn new(dynamodb: &str, aws: &str) -> Result<Self> {
        let prefix = format!("bench-{}-", now());
        let tables = Tables::with_prefix(&prefix);
        let environment = environment(&tables, dynamodb, aws);
        let parlour = parlour(Tables::with_prefix(&prefix), dynamodb)?;
        parlour_migrations::up(&parlour.store, Timestamp::from_millis(now()))
            .await
            .context("make the tables")?;
        let made = apps::create(&parlour, &mut moment(1), "bench", Vec::new()).await?;
        let app = made.app.id;
        let backend = Actor::Backend { app: app.clone() };
        let (sender, reader) = (user(&parlour, &backend, 2).await?, user(&parlour, &backend, 3).await?);
        let asked: CreateRoom = serde_json::from_value(json!({ "kind": "group", "members": [sender, reader] }))?;
        let asked = asked.check().map_err(refused)?;
        let room = create_room::create_room(&parlour, &mut moment(4), &backend, asked, None).await?;
        let room = room.value.id;
        for (user, connection) in [&sender, &reader].into_iter().zip(CONNECTIONS) {
            listen(&parlour, &app, user, &room, connection).await?;
        }
        let sender_id = UserId::parse(&sender).context("the sender's id")?;
        let token = parlour
            .signing
            .issue(&app, sender_id, Timestamp::from_millis(now()), 3_600)?;
        Ok(Self {
            environment,
            token: token.token,
            app: app.to_string(),
            room,
            sender,
        })
    }

    /// A program with the environment of a function, and no other.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }

    /// Puts the rows that the Node function queries.
    pub(crate) fn prepare_node(&self, subjects: &[Subject]) -> Result<()> {
        let Some((node, folder)) = subjects.iter().find_map(Subject::node) else {
            return Ok(());
        };
        let mut command = self.command(node);
        let status = command.arg(folder.join("prepare.mjs")).args(CONNECTIONS).status();
        let status = status.with_context(|| format!("start {}", node.display()))?;
        ensure!(status.success(), "prepare.mjs: {status}");
        Ok(())
    }
}

fn environment(tables: &Tables, dynamodb: &str, aws: &str) -> Vec<(&'static str, String)> {
    vec![
        // The SDK speaks of the end of a Node version at every start.
        ("NODE_NO_WARNINGS", "1".to_owned()),
        ("AWS_LAMBDA_RUNTIME_API", aws.to_owned()),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", KEY_ID.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb.to_owned()),
        ("AWS_ENDPOINT_URL_SSM", format!("http://{aws}")),
        ("PARLOUR_CHAT_TABLE", tables.chat.clone()),
        ("PARLOUR_CONNECTIONS_TABLE", tables.connections.clone()),
        ("PARLOUR_SIGNING_KEY_PARAMETER", "/bench/keys".to_owned()),
        ("PARLOUR_MANAGEMENT_ENDPOINT", format!("http://{aws}/gateway")),
        // A room of two connections is told at once, so nothing comes here.
        ("PARLOUR_FAN_OUT_QUEUE", format!("http://{aws}/000000000000/fan-out")),
        ("PARLOUR_DELIVER_QUEUE", format!("http://{aws}/000000000000/deliver")),
    ]
}

/// The use-cases on these tables. They push, queue and call nothing here.
fn parlour(tables: Tables, dynamodb: &str) -> Result<Parlour> {
    let outbound = Outbound::new()?;
    let credentials = Credentials::new(KEY_ID, SECRET, None, None, "bench");
    let signer = Signer::new(credentials.clone(), REGION.to_owned());
    let nowhere = Endpoint::parse("http://127.0.0.1:1")?;
    let service = |name| AwsService::new(name, nowhere.clone(), outbound.clone(), signer.clone());
    let dynamodb = client(ClientSettings {
        http: outbound.for_sdk(),
        endpoint: Some(dynamodb.to_owned()),
        region: REGION.to_owned(),
        credentials,
        attempts: 3,
    });
    let signing: SigningKeys = signing_keys::parse(SIGNING_KEYS)?;
    Ok(Parlour {
        store: Store::new(dynamodb, tables),
        push: Arc::new(ManagementApi::new(outbound.clone(), signer.clone(), None)),
        queue: Arc::new(SqsQueue::new(service("sqs"), format!("{nowhere}/queue"))),
        calls: Arc::new(LambdaCalls::new(service("lambda"), "connected".to_owned())),
        files: Arc::new(NoFiles),
        signing,
        trust: Trust::reaching(Reach::Public)?,
        outgoing: None,
        default_app: None,
        settings: Settings::default(),
    })
}

async fn user(parlour: &Parlour, backend: &Actor, seed: u8) -> Result<String> {
    let asked: CreateUser = serde_json::from_value(json!({ "name": "Ada" }))?;
    let asked = asked.check().map_err(refused)?;
    let made = users::create(parlour, &mut moment(seed), backend, asked, None).await?;
    Ok(made.value.id)
}

async fn listen(parlour: &Parlour, app: &AppId, user: &str, room: &str, connection: &str) -> Result<()> {
    let moment = moment(5);
    let session = Session {
        app: app.clone(),
        user: UserId::parse(user).context("a user's id")?,
        connection: ConnectionId::parse(connection).context("a connection's id")?,
        connected_at: moment.now,
        expires: moment.now.plus_seconds(3_600),
        endpoint: None,
        dialect: None,
        quotas: Default::default(),
    };
    connect::connect(parlour, &session, moment.now).await?;
    let room = RoomId::parse(room).context("the room's id")?;
    join_room::join_room(parlour, &moment, &session, room, None).await?;
    Ok(())
}

/// Ids need differ only within the tables of one run.
fn moment(seed: u8) -> Moment {
    Moment {
        now: Timestamp::from_millis(now()),
        entropy: Entropy::from_seed([seed; 32]),
    }
}

fn refused(error: impl std::fmt::Debug) -> anyhow::Error {
    anyhow::anyhow!("{error:?}")
}
