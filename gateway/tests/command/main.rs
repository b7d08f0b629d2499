//! The command `parlour` as a process: ready file, signals, exit codes, what survives a kill.

#![expect(clippy::unwrap_used, reason = "tests, and what only they use")]

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longer than any start or stop takes.
const LIMIT: Duration = Duration::from_secs(60);

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn parlour(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlour"));
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .stdin(Stdio::null());
    command
}

fn run(arguments: &[&str], data: &Path) -> Output {
    parlour(arguments)
        .args(["--data", data.to_str().unwrap()])
        .output()
        .unwrap()
}

/// `parlour app update` with these settings on its standard input.
fn update(id: &str, data: &Path, settings: &str) -> Output {
    let mut command = parlour(&["app", "update", id]);
    command.arg("--data").arg(data).stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may have refused to read on already.
    let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), settings.as_bytes());
    child.wait_with_output().unwrap()
}

fn serve(folder: &Path) -> (Process, Value) {
    serve_saying(folder, Stdio::null())
}

/// The same with this for its log.
fn serve_saying(folder: &Path, log: Stdio) -> (Process, Value) {
    let ready = folder.join("ready.json");
    let mut command = parlour(&["serve", "--listen", "127.0.0.1:0"]);
    command
        .arg("--data")
        .arg(folder.join("data"))
        .arg("--ready-file")
        .arg(&ready)
        .stderr(log);
    let process = Process(command.spawn().unwrap());
    let begin = Instant::now();
    loop {
        // The file of an earlier run is removed at the start, and a new one appears as a whole.
        if let Ok(text) = std::fs::read(&ready)
            && let Ok(json) = serde_json::from_slice::<Value>(&text)
            && json["pid"] == process.0.id()
        {
            return (process, json);
        }
        assert!(begin.elapsed() < LIMIT, "the gateway becomes ready");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test]
async fn a_kill_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let (mut process, first) = serve(folder.path());
    let user = |ready: &Value, id: &str| {
        let url = format!("{}/user{id}", ready["http"].as_str().unwrap());
        (url, ready["client_key"].as_str().unwrap().to_owned())
    };
    let (url, key) = user(&first, "");
    let body = r#"{"name":"Grace"}"#;
    let client = reqwest::Client::new();
    let created = client
        .post(url)
        .header("clientKey", key)
        .header("content-type", "application/json")
        .body(body);
    let created = created.send().await.unwrap();
    assert_eq!(created.status(), 201);
    let created: Value = created.json().await.unwrap();
    process.0.kill().unwrap();
    process.0.wait().unwrap();

    let (_process, second) = serve(folder.path());
    for name in ["app_id", "client_key", "user_id", "management"] {
        assert_eq!(first[name], second[name], "{name}");
    }
    let (url, key) = user(&second, &format!("/{}", created["id"].as_str().unwrap()));
    let found: Value = client
        .get(url)
        .header("clientKey", key)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(found["name"], "Grace");
}

#[cfg(unix)]
#[test]
fn the_ready_file_is_private_and_a_signal_ends_in_order() {
    use std::io::Read;
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let (mut process, ready) = serve(folder.path());
    let mode = std::fs::metadata(folder.path().join("ready.json"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let killed = Command::new("sh")
        .args(["-c", &format!("kill -TERM {}", process.0.id())])
        .status()
        .unwrap();
    assert!(killed.success());
    assert!(process.0.wait().unwrap().success());
    let mut printed = String::new();
    process.0.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    for part in [
        "/docs/",
        "curl -sS -X POST 'http",
        "wscat -c \"ws://",
        ready["client_key"].as_str().unwrap(),
    ] {
        assert!(printed.contains(part), "{part} is printed");
    }
}

#[test]
fn apps_are_made_listed_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let created = run(&["app", "create", "Shop"], &data);
    assert!(created.status.success());
    let printed = String::from_utf8(created.stdout).unwrap();
    let id = printed
        .lines()
        .find_map(|line| line.strip_prefix("app_id"))
        .unwrap()
        .trim()
        .to_owned();
    let list = || String::from_utf8(run(&["app", "list"], &data).stdout).unwrap();
    assert!(list().contains(&id) && list().contains("Shop"));
    let rotated = String::from_utf8(run(&["app", "rotate-token", &id], &data).stdout).unwrap();
    assert!(rotated.starts_with("clientKey  plr_"));
    assert!(!printed.contains(rotated.trim()), "the new token is another one");
    let shown = run(&["app", "show", &id], &data).stdout;
    let shown: Value = serde_json::from_slice(&shown).unwrap();
    assert_eq!(
        (&shown["id"], &shown["name"]),
        (&Value::from(id.as_str()), &Value::from("Shop"))
    );
    assert_eq!(shown["tokens"].as_array().unwrap().len(), 2);
    let url = |url: &str| format!(r#"{{"name":"Store","verification":{{"method":"url","url":"{url}"}}}}"#);
    let changed = update(&id, &data, &url("https://store.example.com/verify"));
    let changed: Value = serde_json::from_slice(&changed.stdout).unwrap();
    assert_eq!(
        (&changed["name"], &changed["verification"]["method"]),
        (&"Store".into(), &"url".into())
    );
    for bad in ["", "{", r#"{"tokens":[]}"#, &url("https://10.0.0.1/")] {
        assert_eq!(update(&id, &data, bad).status.code(), Some(1), "{bad}");
    }
    let token = |at: usize| shown["tokens"][at]["id"].as_str().unwrap().to_owned();
    for _ in 0..2 {
        assert!(run(&["app", "remove-token", &id, &token(0)], &data).status.success());
    }
    assert_eq!(
        run(&["app", "remove-token", &id, &token(1)], &data).status.code(),
        Some(1)
    );
    assert!(run(&["app", "delete", &id], &data).status.success());
    assert!(!list().contains(&id));
    assert_eq!(run(&["app", "delete", &id], &data).status.code(), Some(1));
}

#[test]
fn a_development_token_that_is_no_longer_valid_is_said_with_what_to_do() {
    use std::io::Read;

    let folder = tempfile::tempdir().unwrap();
    let (first, ready) = serve(folder.path());
    drop(first);
    let app_id = ready["app_id"].as_str().unwrap();
    let said = || {
        let (mut process, again) = serve_saying(folder.path(), Stdio::piped());
        assert_eq!(again["app_id"], app_id);
        process.0.kill().unwrap();
        let mut said = String::new();
        process.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    };
    // It is valid until the next rotation but one.
    for is_valid in [true, false] {
        let rotated = run(&["app", "rotate-token", app_id], &folder.path().join("data"));
        assert!(rotated.status.success());
        let said = said();
        for part in [app_id, "rotate-token", "development.json"] {
            assert_ne!(said.contains(part), is_valid, "{part}: {said}");
        }
    }
}

#[test]
fn migrations_are_applied_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for command in ["status", "up", "up", "status"] {
        assert!(run(&["migrate", command], &data).status.success(), "{command}");
    }
}

#[test]
fn an_import_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let (data, export) = (folder.path().join("data"), folder.path().join("export"));
    let import = |app: &str| {
        let mut command = parlour(&["import", "--app", app, "--from", "go-chat"]);
        command.arg(&export).arg("--data").arg(&data).stderr(Stdio::piped());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(import("abc").contains("export: "), "there is no folder");
    std::fs::create_dir(&export).unwrap();
    assert!(import("abc").contains("there is no chat_room_participants.csv"));
    std::fs::write(export.join("chat_room_participants.csv"), "room_id\n").unwrap();
    assert!(import("abc").contains("chat_room_participants.csv, line 1: there is no column `user_id`"));
    std::fs::write(export.join("chat_room_participants.csv"), "room_id,user_id\n").unwrap();
    std::fs::write(
        export.join("chat_messages.csv"),
        "id,room_id,user_id,content,created_at\n",
    )
    .unwrap();
    assert!(!data.exists(), "nothing was opened");
    assert!(import("abc").contains("there is no app with this id"));
}

#[test]
fn what_is_not_understood_is_exit_code_2() {
    assert_eq!(parlour(&["dance"]).output().unwrap().status.code(), Some(2));
}
