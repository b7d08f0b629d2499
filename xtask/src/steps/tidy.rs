//! `tidy`: the rules of the repository that no linter knows; each is a file under `tidy/`.

use anyhow::{Result, bail};

use crate::session::{Outcome, Session};
use crate::{output, tidy};

/// Prints every breach as `file:line: what`.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    let breaches = tidy::breaches(session)?;
    for breach in &breaches {
        output::say(breach);
    }
    match breaches.len() {
        0 => Ok(Outcome::Passed),
        count => bail!("{count} breaches of the rules"),
    }
}
