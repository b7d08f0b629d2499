//! `fmt` and `clippy`: what the formatter and the linter say.

use std::time::Duration;

use anyhow::Result;

use crate::session::{Outcome, Session};

/// `cargo fmt --check` on all crates.
pub(super) fn fmt(session: &Session) -> Result<Outcome> {
    session.run(
        session.cargo().args(["fmt", "--all", "--check"]),
        Duration::from_secs(120),
    )?;
    Ok(Outcome::Passed)
}

/// Clippy on programs, libraries, tests and benchmarks, where a warning is an error.
pub(super) fn clippy(session: &Session) -> Result<Outcome> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    session.run(session.cargo().args(arguments), Duration::from_secs(40 * 60))?;
    Ok(Outcome::Passed)
}
