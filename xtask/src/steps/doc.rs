//! `doc`: the documentation of all crates, private items included, without a warning.

use std::time::Duration;

use anyhow::Result;

use crate::session::{Outcome, Session};

/// Builds it; a broken link or a missing header is an error.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    let mut command = session.cargo();
    command
        .args(["doc", "--workspace", "--no-deps", "--document-private-items"])
        .env("RUSTDOCFLAGS", "-D warnings");
    session.run(&mut command, Duration::from_secs(20 * 60))?;
    Ok(Outcome::Passed)
}
