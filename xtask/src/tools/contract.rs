//! The tools that hold the descriptions of REST and WebSocket: schemathesis, a validator of OpenAPI, the parser of AsyncAPI.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::session::{OrReason, Session};
use crate::tools::node::{self, Packages};
use crate::tools::python;

/// Pinned: another version makes other requests of the same seed.
const PYTHON: [&str; 2] = ["schemathesis==4.32.5", "openapi-spec-validator==0.9.0"];

/// The folder of settings and of the packages from npm, in `tests`.
const FOLDER: &str = "contract";

/// All of them.
#[derive(Debug)]
pub(crate) struct Tools {
    programs: PathBuf,
    packages: Packages,
}

impl Tools {
    /// Installs them, or says why it cannot.
    pub(crate) fn find_or_install(session: &Session) -> OrReason<Self> {
        let programs = match python::programs(session, &PYTHON)? {
            Ok(programs) => programs,
            Err(reason) => return Ok(Err(reason)),
        };
        Ok(node::prepare(session, FOLDER)?.map(|packages| Self { programs, packages }))
    }

    /// Is the description one of OpenAPI?
    pub(crate) fn lint_openapi(&self, session: &Session, description: &Path) -> Command {
        let mut command = session.command(self.programs.join("openapi-spec-validator"));
        command.arg(description);
        command
    }

    /// Is the description one of AsyncAPI?
    pub(crate) fn lint_asyncapi(&self, session: &Session, description: &Path) -> Command {
        let mut command = self.packages.script(session, "lint");
        command.env("PARLOUR_ASYNCAPI", description);
        command
    }

    /// Are the answers of the server at `url` as described? The client key is handed over where no list of processes shows it.
    pub(crate) fn schemathesis(&self, session: &Session, url: &str, client_key: &str) -> Command {
        let mut command = session.command(self.programs.join("schemathesis"));
        command
            .arg("--config-file")
            .arg(session.root.join("tests").join(FOLDER).join("schemathesis.toml"))
            .args(["run", "--no-color"])
            .arg(format!("{url}/docs/openapi.json"))
            .env("PARLOUR_CLIENT_KEY", client_key);
        command
    }
}
