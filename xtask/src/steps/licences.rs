//! `licences` and `advisories`: cargo-deny with the rules in `deny.toml`.

use std::time::Duration;

use anyhow::Result;

use crate::session::{Outcome, Session};
use crate::tools::cargo_deny;

const LIMIT: Duration = Duration::from_secs(5 * 60);

/// The licence of every dependency is one that `deny.toml` allows, no banned crate is there, all come from one registry.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    let mut command = cargo_deny::command(session)?;
    session.run(
        command.args(["check", "--hide-inclusion-graph", "licenses", "bans", "sources"]),
        LIMIT,
    )?;
    Ok(Outcome::Passed)
}

/// No dependency is in the advisory database, where that can be reached.
pub(super) fn advisories(session: &Session) -> Result<Outcome> {
    let limit = Duration::from_secs(60);
    if let Err(error) = session.run(cargo_deny::command(session)?.args(["fetch", "db"]), limit) {
        return Ok(Outcome::Skipped(format!(
            "the advisory database cannot be reached: {error:#}"
        )));
    }
    session.run(
        cargo_deny::command(session)?.args(["check", "--disable-fetch", "advisories"]),
        LIMIT,
    )?;
    Ok(Outcome::Passed)
}
