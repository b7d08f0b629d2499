//! Two apps on one server, and the key that signs user tokens: for tests of what separates tenants and of what expires.
//!
//! A server of the test's own gets its second app by `parlour app create` before it starts, because one process uses a data
//! folder at a time, and the key is read from the folder. For a server that is running already, the ready file says how apps
//! are made (`operator`, arguments and environment of that command) and what signs (`signing_keys`, as functions get it);
//! both apps are new then, so that no other test is in them.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parlour_auth::SigningKeys;
use parlour_domain::{AppId, Timestamp, UserId};
use serde_json::Value;
use tempfile::TempDir;

use super::{Backend, TestServer, binary};

/// The origin that the second app allows.
pub(crate) const ORIGIN: &str = "https://shop.example";

/// An app.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) app_id: String,
    pub(crate) backend: Backend,
}

/// A server with two apps.
#[derive(Debug)]
pub(crate) struct Tenants {
    pub(crate) server: TestServer,
    /// The second app, with [`ORIGIN`] on its list.
    pub(crate) other: Tenant,
    keys: SigningKeys,
    _folder: Option<TempDir>,
}

impl Tenants {
    /// A server that has them.
    pub(crate) fn start() -> Self {
        match TestServer::running() {
            Some(server) => Self::at(server),
            None => Self::own(None),
        }
    }

    /// The same; the users of the second app may send so many messages a minute, each and all together.
    pub(crate) fn limited(user: u32, all: u32) -> Self {
        match TestServer::running() {
            Some(server) => {
                let operator = server.ready["operator"].clone();
                let tenants = Self::at(server);
                done(at(limit_app(&tenants.other.app_id, user, all), &operator));
                tenants
            }
            None => Self::own(Some((user, all))),
        }
    }

    fn own(limits: Option<(u32, u32)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut create = create_app("other", Some(ORIGIN));
        create.arg("--data").arg(folder.path());
        let made = made(create);
        if let Some((user, all)) = limits {
            let mut limit = limit_app(&made.0, user, all);
            limit.arg("--data").arg(folder.path());
            done(limit);
        }
        let server = TestServer::on(folder.path());
        Self {
            other: server.tenant(made),
            keys: keys_in(folder.path()),
            server,
            _folder: Some(folder),
        }
    }

    fn at(mut server: TestServer) -> Self {
        let operator = server.ready["operator"].clone();
        let app = |name: &str, origin: Option<&str>| made(at(create_app(name, origin), &operator));
        server.tenant = server.tenant(app("first", None));
        Self {
            other: server.tenant(app("other", Some(ORIGIN))),
            keys: keys(server.ready["signing_keys"].as_str().unwrap()),
            server,
            _folder: None,
        }
    }

    /// A token of a user that was issued `age` seconds ago for `lifetime` seconds.
    pub(crate) fn token(&self, tenant: &Tenant, user: &str, age: i64, lifetime: i64) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        let issued = Timestamp::from_millis(i64::try_from(now).unwrap()).plus_seconds(-age);
        let (app, user) = (AppId::parse(&tenant.app_id).unwrap(), UserId::parse(user).unwrap());
        self.keys.issue(&app, user, issued, lifetime).unwrap().token
    }

    /// A token of a user that has expired.
    pub(crate) fn expired(&self, tenant: &Tenant, user: &str) -> String {
        self.token(tenant, user, 7200, 3600)
    }
}

/// Id and client key of a new app on a data folder that no server uses.
pub(crate) fn own_app(data: &Path) -> (String, String) {
    let mut create = create_app("own", None);
    create.arg("--data").arg(data);
    made(create)
}

fn create_app(name: &str, origin: Option<&str>) -> Command {
    let mut command = Command::new(binary::path());
    command.args(["app", "create", name]);
    command.args(origin.into_iter().flat_map(|origin| ["--origin", origin]));
    command
}

fn limit_app(app: &str, user: u32, all: u32) -> Command {
    let mut command = Command::new(binary::path());
    command.args(["app", "limits", app]);
    command.args(["--user", &user.to_string(), "--all", &all.to_string()]);
    command
}

fn done(mut command: Command) {
    assert!(command.status().unwrap().success());
}

/// The command where the ready file says.
fn at(mut command: Command, operator: &Value) -> Command {
    let arguments = operator["arguments"].as_array().expect("how apps are made");
    command.args(arguments.iter().map(|argument| argument.as_str().unwrap()));
    for (name, value) in operator["environment"].as_object().into_iter().flatten() {
        command.env(name, value.as_str().unwrap());
    }
    command
}

/// Id and client key of the app that the command made.
fn made(mut create: Command) -> (String, String) {
    let output = create.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    let value = |name: &str| {
        let value = printed.lines().find_map(|line| line.strip_prefix(name));
        value.unwrap_or_else(|| panic!("{name} is printed")).trim().to_owned()
    };
    (value("app_id"), value("clientKey"))
}

fn keys_in(data: &Path) -> SigningKeys {
    let secret = std::fs::read_to_string(data.join("signing-key")).unwrap();
    keys(&format!("local:{}", secret.trim()))
}

/// `ID:BASE64`.
fn keys(text: &str) -> SigningKeys {
    let (id, secret) = text.split_once(':').unwrap();
    SigningKeys::new(vec![(id.to_owned(), STANDARD.decode(secret).unwrap())]).unwrap()
}
