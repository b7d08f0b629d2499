//! `build`: all programs and tests, once for every later step.

use anyhow::Result;

use crate::session::{Outcome, Session};

/// Compiles the workspace.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    session.build()?;
    Ok(Outcome::Passed)
}
