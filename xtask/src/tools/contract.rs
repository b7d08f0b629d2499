//! The tools that hold the descriptions of REST and WebSocket: schemathesis, a validator of OpenAPI, the parser of AsyncAPI.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::session::Session;
use crate::tools::node::{self, Packages};
use crate::tools::python;

/// Pinned: another version makes other requests of the same seed.
const PYTHON: [&str; 2] = ["schemathesis==4.32.5", "openapi-spec-validator==0.9.0"];

/// The folder of settings and of the packages from npm, in `tests`.
const FOLDER: &str = "contract";

/// All of them, or the reason why there are none.
#[derive(Debug)]
pub(crate) struct Tools {
    /// Those of REST.
    pub(crate) programs: std::result::Result<Programs, String>,
    /// Those of the WebSocket.
    pub(crate) packages: std::result::Result<Packages, String>,
}

/// The folder of the programs in Python.
#[derive(Debug)]
pub(crate) struct Programs(PathBuf);

impl Tools {
    /// Installs what can be installed.
    pub(crate) fn find_or_install(session: &Session) -> Result<Self> {
        // npm that fails, because there is no way to its registry, is a reason too.
        let packages = node::prepare(session, FOLDER).unwrap_or_else(|error| Err(format!("{error:#}")));
        Ok(Self {
            programs: python::programs(session, &PYTHON)?.map(Programs),
            packages,
        })
    }
}

/// Is the description one of AsyncAPI?
pub(crate) fn lint_asyncapi(session: &Session, packages: &Packages, description: &Path) -> Command {
    let mut command = packages.script(session, "lint");
    command.env("PARLOUR_ASYNCAPI", description);
    command
}

impl Programs {
    /// Is the description one of OpenAPI?
    pub(crate) fn lint_openapi(&self, session: &Session, description: &Path) -> Command {
        let mut command = session.command(self.0.join("openapi-spec-validator"));
        command.arg(description);
        command
    }

    /// Are the answers of the server at `url` as described? The client key is handed over where no list of processes shows it.
    pub(crate) fn schemathesis(&self, session: &Session, url: &str, client_key: &str) -> Command {
        let mut command = session.command(self.0.join("schemathesis"));
        command
            .arg("--config-file")
            .arg(session.root.join("tests").join(FOLDER).join("schemathesis.toml"))
            .args(["run", "--no-color"])
            .arg(format!("{url}/docs/openapi.json"))
            .env("PARLOUR_CLIENT_KEY", client_key);
        command
    }
}
