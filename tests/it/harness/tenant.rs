//! Two apps on one server, and the key that signs user tokens: for tests of what separates tenants and of what expires.
//!
//! The second app is made with `parlour app create` before the server starts, because one process uses a data folder at a
//! time. The signing key is read from the folder, because no server hands out a token that has expired.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parlour_auth::SigningKeys;
use parlour_domain::{AppId, Timestamp, UserId};
use tempfile::TempDir;

use super::{Backend, Credential, TestServer, binary};

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
    _folder: TempDir,
}

impl Tenants {
    /// Starts a server that has them.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (app_id, client_key) = create_app(folder.path());
        let server = TestServer::on(folder.path());
        let backend = server.tenant.backend.of(Credential::ClientKey(client_key));
        let secret = std::fs::read(folder.path().join("signing-key")).unwrap();
        let secret = STANDARD.decode(secret.trim_ascii()).unwrap();
        Self {
            other: Tenant { app_id, backend },
            keys: SigningKeys::new(vec![("local".to_owned(), secret)]).unwrap(),
            server,
            _folder: folder,
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

fn create_app(data: &Path) -> (String, String) {
    let output = Command::new(binary::path())
        .args(["app", "create", "other", "--origin", ORIGIN, "--data"])
        .arg(data)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    let value = |name: &str| {
        let value = printed.lines().find_map(|line| line.strip_prefix(name));
        value.unwrap_or_else(|| panic!("{name} is printed")).trim().to_owned()
    };
    (value("app_id"), value("clientKey"))
}
