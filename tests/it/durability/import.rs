//! `parlour import`: what another service had is there afterwards, once, however often the command ran and wherever it was killed.

mod export;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use self::export::{Export, Said, Service};
use crate::harness::{Backend, LIMIT, Tenant, TestServer, binary, heavy, own_app};

/// Messages of each room: more than a page, and few enough to be counted when they are unread.
const MESSAGES: usize = 60;

/// An export, and a data folder with the app that it goes into.
struct Import {
    export: Export,
    folder: TempDir,
    data: TempDir,
    app: (String, String),
}

impl Import {
    fn new(service: Service, rooms: usize) -> Self {
        let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let export = Export::new(service, rooms, MESSAGES);
        export.write(folder.path());
        Self {
            app: own_app(data.path()),
            export,
            folder,
            data,
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(binary::path());
        command
            .args(["import", "--app", &self.app.0, "--from", self.export.service.name()])
            .arg("--data")
            .arg(self.data.path())
            .arg(self.folder.path())
            .stdin(Stdio::null());
        if self.export.service == Service::Callsewa {
            command.arg("--encryption-key-file").arg(self.folder.path().join("key"));
        }
        command
    }

    /// Runs it to its end, which is to be a good one, and gives what it printed.
    fn run(&self) -> String {
        printed(&self.command().output().unwrap())
    }

    /// A gateway on the data, and the app.
    fn server(&self) -> (TestServer, Tenant) {
        let server = TestServer::on(self.data.path());
        let tenant = server.tenant(self.app.clone());
        (server, tenant)
    }
}

fn printed(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What the command says that it did.
fn summary(export: &Export, new: bool) -> String {
    let rooms = export.rooms.len();
    let users: usize = export.rooms.iter().map(|room| room.members.len()).sum();
    let messages = rooms * MESSAGES;
    let new = |count: usize| if new { count } else { 0 };
    format!(
        "users      {users}, {} of them new\nrooms      {rooms}, {} of them new\nmessages   {messages}, {} of them new\n",
        new(users),
        new(rooms),
        new(messages)
    )
}

async fn user(app: &Backend, external: &str) -> Value {
    let page = app.get(&format!("/user?external_id={external}")).await.expect(200);
    page["items"][0].clone()
}

/// Compares everything with what the service had, and gives the logs as they are.
async fn compare(app: &Backend, export: &Export) -> Vec<Vec<Value>> {
    let mut logs = Vec::new();
    for room in &export.rooms {
        let mut ids = Vec::new();
        for member in &room.members {
            let user = user(app, member).await;
            assert_eq!(user["name"], export.name(member), "{member}");
            ids.push(user["id"].as_str().unwrap().to_owned());
        }
        let found = app.get(&format!("/room/by-key?key={}", room.key)).await.expect(200);
        assert_eq!(found["kind"], export.service.kind());
        assert_eq!(found["member_count"], room.members.len());
        let id = found["id"].as_str().unwrap();
        let messages = app.messages(id).await;
        let expected: Vec<_> = room.messages.iter().map(|said| shown(said, &ids)).collect();
        let there: Vec<_> = messages.iter().map(excerpt).collect();
        assert_eq!(there, expected, "{}", room.key);
        let places: Vec<_> = messages
            .iter()
            .map(|message| message["seq"].as_u64().unwrap())
            .collect();
        let first = places[0];
        assert!(
            places.iter().zip(first..).all(|(place, expected)| *place == expected),
            "no hole"
        );
        for (member, unread) in ids.iter().zip(export.unread(room)) {
            let counted = app.acting_as(member).get("/unread").await.expect(200);
            assert_eq!(counted["unread"]["count"], unread, "{} {member}", room.key);
        }
        logs.push(messages);
    }
    logs
}

fn shown(said: &Said, ids: &[String]) -> Value {
    json!([
        said.id.to_string(),
        ids[said.sender],
        said.text(),
        said.at.to_string(),
        said.deleted
    ])
}

fn excerpt(message: &Value) -> Value {
    json!([
        message["client_id"],
        message["user_id"],
        message["text_message"],
        message["created_at"],
        message["deleted_at"].is_string(),
    ])
}

/// Imports twice, and finds the same both times.
async fn comes_over(service: Service) {
    let import = Import::new(service, usize::try_from(heavy(120, 3)).unwrap());
    assert_eq!(import.run(), summary(&import.export, true));
    let (mut server, tenant) = import.server();
    let first = compare(&tenant.backend, &import.export).await;
    server.process().kill();
    assert_eq!(import.run(), summary(&import.export, false));
    let (_server, tenant) = import.server();
    assert_eq!(compare(&tenant.backend, &import.export).await, first);
}

#[tokio::test]
async fn heavy_sourceloop_comes_over() {
    comes_over(Service::Sourceloop).await;
}

#[tokio::test]
async fn heavy_go_chat_comes_over() {
    comes_over(Service::GoChat).await;
}

#[tokio::test]
async fn heavy_chat_panel_comes_over() {
    comes_over(Service::ChatPanel).await;
}

#[tokio::test]
async fn heavy_callsewa_comes_over() {
    comes_over(Service::Callsewa).await;
}

#[tokio::test]
async fn heavy_facebook_clone_comes_over() {
    comes_over(Service::FacebookClone).await;
}

/// Runs the command for so long, then kills it; tells whether it had ended by itself.
async fn run_for(import: &Import, time: Duration) -> bool {
    let mut child = import
        .command()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    tokio::time::sleep(time).await;
    let ended = child.try_wait().unwrap();
    if let Some(status) = ended {
        assert!(status.success(), "{status}");
        return true;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    false
}

#[tokio::test]
async fn heavy_a_kill_in_the_middle_loses_and_doubles_nothing() {
    let import = Import::new(Service::Sourceloop, usize::try_from(heavy(200, 5)).unwrap());
    let (mut time, mut kills) = (Duration::from_millis(40), 0);
    // On a machine of any speed some of these ends come in the middle: each is a quarter later than the one before.
    while !run_for(&import, time).await {
        kills += 1;
        time = time * 5 / 4;
        assert!(time < 4 * LIMIT, "it ends by itself");
    }
    println!("killed {kills} times, the last time after {:?}", time * 4 / 5);
    assert_eq!(import.run(), summary(&import.export, false));
    let (_server, tenant) = import.server();
    compare(&tenant.backend, &import.export).await;
}

#[tokio::test]
async fn a_bad_row_stops_all_before_anything_is_written() {
    let import = Import::new(Service::GoChat, 1);
    append(
        &import.folder.path().join("chat_messages.csv"),
        "bad,\"room-0\",\"user-0-0\",\"\",\"2024-01-01 00:00:00\"\n",
    );
    let refused = import.command().output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let why = String::from_utf8(refused.stderr).unwrap();
    // Every text of these messages is on two lines of the file, after the header.
    let line = 2 + 2 * MESSAGES;
    assert!(
        why.contains(&format!("chat_messages.csv, line {line}, column `content`: is empty")),
        "{why}"
    );
    let checked = printed(&import.command().args(["--check", "--skip-bad-rows"]).output().unwrap());
    assert!(
        checked.ends_with(&format!("3 users, 1 rooms and {MESSAGES} messages could be imported\n")),
        "{checked}"
    );
    let (mut server, tenant) = import.server();
    assert_eq!(tenant.backend.all("/user").await.len(), 0);
    server.process().kill();
    let skipped = printed(&import.command().arg("--skip-bad-rows").output().unwrap());
    assert!(skipped.starts_with("1 bad rows are left out:\n"), "{skipped}");
    assert!(skipped.ends_with(&summary(&import.export, true)), "{skipped}");
    let (_server, tenant) = import.server();
    compare(&tenant.backend, &import.export).await;
}

fn append(file: &Path, text: &str) {
    let before = std::fs::read_to_string(file).unwrap();
    std::fs::write(file, before + text).unwrap();
}
