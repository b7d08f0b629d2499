//! `fuzz`: for a short time, inputs of every kind for what reads clients' frames and requests.

use std::time::Duration;

use anyhow::Result;

use crate::fuzz::Fuzz;
use crate::session::{Outcome, Session};

/// For each target.
const TIME: Duration = Duration::from_secs(20);

/// Runs all targets on their kept corpus.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    Fuzz::all(TIME).run(session)?;
    Ok(Outcome::Passed)
}
