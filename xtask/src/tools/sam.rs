//! The SAM CLI and cfn-lint, in a Python environment of their own in the cache folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::places;
use crate::session::{OrReason, Session};

/// Pinned: another version may judge differently.
const PACKAGES: [&str; 2] = ["aws-sam-cli==1.170.0", "cfn-lint==1.58.0"];

/// Written once everything is installed: an environment without it was cut short.
const WHOLE: &str = "installed";

const LIMIT: Duration = Duration::from_secs(10 * 60);

/// The environment with both tools.
#[derive(Debug)]
pub(crate) struct Sam {
    programs: PathBuf,
}

impl Sam {
    /// Installs them once, or says why that cannot be.
    pub(crate) fn find_or_install(session: &Session) -> OrReason<Self> {
        let folder = session.cache.join(PACKAGES.join("_").replace("==", "-"));
        let programs = folder.join("bin");
        if fs::read_to_string(folder.join(WHOLE)).is_ok() {
            return Ok(Ok(Self { programs }));
        }
        let Some(python) = places::on_path(&["python3"]) else {
            return Ok(Err("python3 is not installed".to_owned()));
        };
        let mut environment = session.command(python);
        environment.args(["-m", "venv", "--clear"]).arg(&folder);
        if let Err(error) = session.run(&mut environment, LIMIT) {
            return Ok(Err(format!("there is no Python environment: {error:#}")));
        }
        let mut install = session.command(programs.join("pip"));
        install
            .args(["install", "--quiet", "--no-input", "--disable-pip-version-check"])
            .args(PACKAGES);
        if let Err(error) = session.run(&mut install, LIMIT) {
            return Ok(Err(format!("pip cannot install the SAM CLI: {error:#}")));
        }
        mark(&folder.join(WHOLE))?;
        Ok(Ok(Self { programs }))
    }

    /// `sam`, which asks nobody and tells nobody.
    pub(crate) fn sam(&self, session: &Session) -> Command {
        self.quiet(session, "sam")
    }

    /// `cfn-lint`.
    pub(crate) fn cfn_lint(&self, session: &Session) -> Command {
        self.quiet(session, "cfn-lint")
    }

    fn quiet(&self, session: &Session, program: &str) -> Command {
        let mut command = session.command(self.programs.join(program));
        command
            .env("SAM_CLI_TELEMETRY", "0")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_DEFAULT_REGION", "us-east-1");
        command
    }
}

fn mark(file: &Path) -> Result<()> {
    fs::write(file, "").with_context(|| format!("write {}", file.display()))
}
