//! The SAM CLI and cfn-lint.

use std::path::PathBuf;
use std::process::Command;

use crate::session::{OrReason, Session};
use crate::tools::python;

/// Pinned: another version may judge differently.
const PACKAGES: [&str; 2] = ["aws-sam-cli==1.170.0", "cfn-lint==1.58.0"];

/// The environment with both tools.
#[derive(Debug)]
pub(crate) struct Sam {
    programs: PathBuf,
}

impl Sam {
    /// Installs them once, or says why that cannot be.
    pub(crate) fn find_or_install(session: &Session) -> OrReason<Self> {
        let programs = python::programs(session, &PACKAGES)?;
        Ok(programs.map(|programs| Self { programs }))
    }

    /// `sam`, which asks nobody and tells nobody.
    pub(crate) fn sam(&self, session: &Session) -> Command {
        self.quiet(session, "sam")
    }

    /// `cfn-lint`.
    pub(crate) fn cfn_lint(&self, session: &Session) -> Command {
        self.quiet(session, "cfn-lint")
    }

    /// A Python with AWS's SDK, on which the SAM CLI is built.
    pub(crate) fn python(&self, session: &Session) -> Command {
        self.quiet(session, "python")
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
