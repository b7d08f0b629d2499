//! `edge`: the CloudFront function against the table of vectors, its template, and the proxy that runs it without CloudFront.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::places;
use crate::session::{Outcome, Session};

const LIMIT: Duration = Duration::from_secs(2 * 60);

/// Runs every test in `infra/edge`, which have no packages.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    let Some(node) = places::on_path(&["node"]) else {
        return Ok(Outcome::Skipped("node is not installed".to_owned()));
    };
    let tests = tests(session)?;
    if tests.is_empty() {
        bail!("there is no test in infra/edge");
    }
    let mut command = session.command(node);
    command.args(["--test", "--test-timeout=60000"]).args(tests);
    session.run(&mut command, LIMIT)?;
    Ok(Outcome::Passed)
}

/// From the root, in the order of their names: which patterns Node itself takes depends on its version.
fn tests(session: &Session) -> Result<Vec<String>> {
    let mut tests = Vec::new();
    for entry in std::fs::read_dir(session.root.join("infra/edge"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            tests.push(format!("infra/edge/{name}"));
        }
    }
    tests.sort_unstable();
    Ok(tests)
}
