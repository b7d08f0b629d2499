//! The command itself: what it refuses, what it tells functions, and with whose keys it signs.

use std::collections::HashMap;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use axum::routing::post;
use http::HeaderMap;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;

use crate::dynamodb;

/// Longer than anything here takes.
const LIMIT: Duration = Duration::from_secs(60);

/// The command with nothing of AWS in its environment but these files, which need not exist.
fn parlour(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parlour"));
    command
        .args(line.split_whitespace())
        .arg("--data")
        .arg(folder.join("data"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_") || name.starts_with("PARLOUR_")) {
        command.env_remove(name);
    }
    command
        .env("AWS_CONFIG_FILE", folder.join("config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", folder.join("credentials"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .kill_on_drop(true);
    command
}

async fn ran(mut command: Command) -> Output {
    tokio::time::timeout(LIMIT, command.output())
        .await
        .expect("it ends")
        .unwrap()
}

async fn refused(command: Command) -> String {
    let output = ran(command).await;
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

/// The lines, as a shell takes them.
fn variables(output: &Output) -> HashMap<String, String> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let pairs = text.lines().map(|line| {
        let (name, value) = line.split_once('=').unwrap();
        (name.to_owned(), value.trim_matches('\'').to_owned())
    });
    pairs.collect()
}

#[tokio::test]
async fn without_dynamodb_outside_functions_outside_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for line in [
        "serve --listen 127.0.0.1:0 --invoke http://127.0.0.1:9000",
        "function-environment",
    ] {
        let why = refused(parlour(folder.path(), line)).await;
        assert!(why.contains("--dynamodb-endpoint"), "{why}");
    }
}

#[tokio::test]
async fn functions_are_told_what_they_need() {
    let folder = tempfile::tempdir().unwrap();
    let line =
        "function-environment --listen 0.0.0.0:8123 --table-prefix try- --dynamodb-endpoint http://127.0.0.1:8000";
    let told = variables(&ran(parlour(folder.path(), line)).await);
    for (name, value) in [
        ("PARLOUR_CHAT_TABLE", "try-chat"),
        ("PARLOUR_CONNECTIONS_TABLE", "try-connections"),
        ("PARLOUR_MANAGEMENT_ENDPOINT", "http://127.0.0.1:8123"),
        ("PARLOUR_FAN_OUT_QUEUE", "http://127.0.0.1:8123/000000000000/fan_out"),
        ("PARLOUR_DELIVER_QUEUE", "http://127.0.0.1:8123/000000000000/deliver"),
        ("PARLOUR_CONNECTED_FUNCTION", "connected"),
        ("PARLOUR_FILES_BUCKET", "parlour-files"),
        ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:8123"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000"),
        ("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:8123"),
        ("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:8123"),
        ("AWS_REGION", "local"),
    ] {
        assert_eq!(told[name], value, "{name}");
    }
    let kept = |name: &str| std::fs::read_to_string(folder.path().join("data").join(name)).unwrap();
    assert_eq!(told["PARLOUR_SIGNING_KEYS"], format!("local:{}", kept("signing-key")));
    let pair: Value = serde_json::from_str(&kept("gateway-key.json")).unwrap();
    assert_eq!(told["AWS_ACCESS_KEY_ID"], pair["access_key_id"].as_str().unwrap());
    assert_eq!(
        told["AWS_SECRET_ACCESS_KEY"],
        pair["secret_access_key"].as_str().unwrap()
    );
    assert!(
        told["AWS_ACCESS_KEY_ID"]
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric()),
        "DynamoDB Local takes no other"
    );

    let mut with_keys = parlour(folder.path(), "function-environment --aws --region eu-central-1");
    with_keys
        .env("AWS_ACCESS_KEY_ID", "AKIDMINE")
        .env("AWS_SECRET_ACCESS_KEY", "secret");
    let told = variables(&ran(with_keys).await);
    assert_eq!(told["AWS_REGION"], "eu-central-1");
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_ENDPOINT_URL_DYNAMODB",
    ] {
        assert!(!told.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn what_functions_cannot_be_told_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (line, part) in [
        ("function-environment --aws --region eu-central-1", "AWS_ACCESS_KEY_ID"),
        ("function-environment --profile prod", "export-credentials"),
        (
            "function-environment --listen 127.0.0.1:0 --dynamodb-endpoint http://127.0.0.1:8000",
            "port",
        ),
        ("app list --aws", "Region"),
        ("app list --aws --region eu-central-1", "credentials"),
        ("app list --profile nobody --region eu-central-1", "nobody"),
    ] {
        let why = refused(parlour(folder.path(), line)).await;
        assert!(why.contains(part), "{line}: {why}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_with_the_environment_is_private() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("functions.env");
    let mut command = parlour(
        folder.path(),
        "function-environment --dynamodb-endpoint http://127.0.0.1:8000",
    );
    command.arg("--output").arg(&file);
    let output = ran(command).await;
    assert!(output.status.success() && output.stdout.is_empty());
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .contains("PARLOUR_SIGNING_KEYS='local:")
    );
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_profile_signs_for_dynamodb_and_for_lambda() {
    let folder = tempfile::tempdir().unwrap();
    let credentials = "[shop]\naws_access_key_id = AKIDSHOP\naws_secret_access_key = secret\n";
    std::fs::write(folder.path().join("credentials"), credentials).unwrap();
    std::fs::write(folder.path().join("config"), "[profile shop]\nregion = eu-central-1\n").unwrap();
    let (said, mut authorizations) = mpsc::unbounded_channel();
    let lambda = post(async move |headers: HeaderMap| {
        let authorization = headers
            .get("authorization")
            .map(|value| value.to_str().unwrap().to_owned());
        said.send(authorization.unwrap_or_default()).unwrap();
        "{}"
    });
    let router = axum::Router::new().route("/2015-03-31/functions/shop-sweep/invocations", lambda);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let lambda = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, router).into_future());
    let dynamodb = dynamodb::start_for("AKIDSHOP/", "/eu-central-1/dynamodb/aws4_request").await;

    let place = format!("--dynamodb-endpoint {dynamodb} --profile shop");
    let made = ran(parlour(folder.path(), &format!("app create Shop {place}"))).await;
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let line = format!("serve --listen 127.0.0.1:0 --invoke {lambda} --invoke-prefix shop- {place}");
    let mut serving = parlour(folder.path(), &line)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let authorization = tokio::time::timeout(LIMIT, authorizations.recv()).await;
    let authorization = authorization.expect("the schedule runs").unwrap();
    assert!(
        authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDSHOP/"),
        "{authorization}"
    );
    assert!(
        authorization.contains("/eu-central-1/lambda/aws4_request"),
        "{authorization}"
    );
    serving.kill().await.unwrap();
}

/// The command in an account whose tables are at this endpoint.
fn on_aws(folder: &Path, dynamodb: &str, line: &str) -> Command {
    let mut command = parlour(folder, line);
    command
        .env("AWS_ENDPOINT_URL_DYNAMODB", dynamodb)
        .env("AWS_REGION", "eu-central-1")
        .env("AWS_ACCESS_KEY_ID", "AKIDMINE")
        .env("AWS_SECRET_ACCESS_KEY", "secret");
    command
}

/// Serves, and ends it when it is ready: its ready file, and what it printed.
async fn served(mut command: Command, folder: &Path) -> (Value, String) {
    let ready = folder.join("ready.json");
    let _ = std::fs::remove_file(&ready);
    command
        .arg("--ready-file")
        .arg(&ready)
        .stdout(std::process::Stdio::piped());
    let mut serving = command.spawn().unwrap();
    let said = tokio::time::timeout(LIMIT, async {
        while !ready.exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // It prints when the file is there.
        let mut stdout = BufReader::new(serving.stdout.take().unwrap()).lines();
        let mut said = String::new();
        while let Some(line) = stdout.next_line().await.unwrap() {
            said.push_str(&line);
            if line.starts_with("Ctrl-C") {
                break;
            }
        }
        said
    });
    let said = said.await.expect("it becomes ready");
    serving.kill().await.unwrap();
    let described = std::fs::read(&ready).unwrap();
    (serde_json::from_slice(&described).unwrap(), said)
}

#[tokio::test]
async fn in_an_account_no_app_is_made_by_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let dynamodb = dynamodb::start().await;
    let on_aws = |line: &str| on_aws(folder.path(), &dynamodb, line);
    let apps = async || {
        let listed = ran(on_aws("app list --aws")).await;
        assert!(listed.status.success());
        String::from_utf8(listed.stdout).unwrap()
    };
    let migrated = ran(on_aws("migrate up --aws")).await;
    assert!(migrated.status.success());
    let (ready, said) = served(on_aws("serve --listen 127.0.0.1:0 --aws"), folder.path()).await;
    assert_eq!((&ready["app_id"], &ready["client_key"]), (&Value::Null, &Value::Null));
    assert!(said.contains("parlour app create") && !said.contains("curl"), "{said}");
    assert!(!apps().await.contains("development"));

    let (ready, said) = served(on_aws("serve --listen 127.0.0.1:0 --aws --dev"), folder.path()).await;
    assert!(said.contains("curl"), "{said}");
    assert!(apps().await.contains(ready["app_id"].as_str().unwrap()));
}

#[tokio::test]
async fn in_an_account_tables_are_made_on_purpose_alone() {
    let folder = tempfile::tempdir().unwrap();
    let dynamodb = dynamodb::start().await;
    let on_aws = |line: &str| on_aws(folder.path(), &dynamodb, line);
    for line in [
        "app create Shop --aws --table-prefix typo-",
        "serve --listen 127.0.0.1:0 --aws --table-prefix typo-",
    ] {
        let why = refused(on_aws(line)).await;
        assert!(why.contains("typo-chat"), "{why}");
    }
    for line in [
        "migrate up --aws --table-prefix shop-",
        "app create Shop --aws --table-prefix shop-",
    ] {
        let output = ran(on_aws(line)).await;
        assert!(
            output.status.success(),
            "{line}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
