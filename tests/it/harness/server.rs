//! The server under test: one that is running already, or one of this test's own.

use std::ops::Deref;
use std::path::Path;

use serde_json::Value;

use super::{Backend, Caller, Credential, Process, Tenant};

/// The file that a running server wrote for those who start it.
const READY_FILE: &str = "PARLOUR_TEST_READY_FILE";

/// A server and its development app.
#[derive(Debug)]
pub(crate) struct TestServer {
    /// The app that the tests work in.
    pub(crate) tenant: Tenant,
    /// What the server wrote into its ready file.
    pub(crate) ready: Value,
    /// The process, if this test started it.
    pub(crate) process: Option<Process>,
}

impl TestServer {
    /// The running server that `PARLOUR_TEST_READY_FILE` describes, or a new one.
    pub(crate) fn start() -> Self {
        Self::running().unwrap_or_else(Self::own_in_memory)
    }

    /// Whether the tests use a server that was running before them.
    pub(crate) fn is_running() -> bool {
        std::env::var_os(READY_FILE).is_some()
    }

    /// The running server that `PARLOUR_TEST_READY_FILE` describes, if it is set.
    pub(crate) fn running() -> Option<Self> {
        let file = std::env::var_os(READY_FILE)?;
        let ready: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        Some(Self::of(ready, None))
    }

    /// A server on a data folder; it is this test's own in any case.
    pub(crate) fn on(data: &Path) -> Self {
        Self::own(Process::on(data))
    }

    /// A server in memory; it is this test's own in any case.
    pub(crate) fn own_in_memory() -> Self {
        Self::own(Process::in_memory())
    }

    /// The server that a test has started.
    pub(crate) fn own(process: Process) -> Self {
        Self::of(process.ready.clone(), Some(process))
    }

    /// The server that a ready file describes.
    pub(super) fn of(ready: Value, process: Option<Process>) -> Self {
        let text = |name: &str| ready[name].as_str().unwrap().to_owned();
        let tenant = Tenant {
            app_id: text("app_id"),
            backend: Backend::new(
                Caller::new(&text("http"), Credential::ClientKey(text("client_key"))),
                &text("ws"),
            ),
        };
        Self { tenant, ready, process }
    }

    /// Another app of it, by id and client key.
    pub(crate) fn tenant(&self, (app_id, client_key): (String, String)) -> Tenant {
        let backend = self.tenant.backend.of(Credential::ClientKey(client_key));
        Tenant { app_id, backend }
    }

    /// Takes the process out; the clients stay.
    pub(crate) fn process(&mut self) -> Process {
        self.process.take().unwrap()
    }
}

impl Deref for TestServer {
    type Target = Backend;

    fn deref(&self) -> &Backend {
        &self.tenant.backend
    }
}
