//! `sam`: the deployment's template by the SAM CLI and by cfn-lint, its remarks included.

use std::time::Duration;

use anyhow::Result;

use crate::session::{Outcome, Session};
use crate::tools::sam::Sam;

const LIMIT: Duration = Duration::from_secs(3 * 60);
const TEMPLATES: [&str; 3] = [
    "infra/template.yaml",
    "infra/adopt-table.yaml",
    "infra/edge/template.yaml",
];
const ENVIRONMENTS: [&str; 3] = ["default", "prod", "emulator"];

/// Neither finds anything to say, with the settings of every environment.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    let tools = match Sam::find_or_install(session)? {
        Ok(tools) => tools,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    for environment in ENVIRONMENTS {
        let mut validate = tools.sam(session);
        validate.args(["validate", "--lint", "--config-env", environment]);
        session.run(&mut validate, LIMIT)?;
    }
    let mut lint = tools.cfn_lint(session);
    session.run(lint.args(["--include-checks", "I", "--"]).args(TEMPLATES), LIMIT)?;
    Ok(Outcome::Passed)
}
