//! `lambda`: every function, built for release by cargo-lambda in one call of cargo, for the steps that run them.

use std::fs;

use anyhow::{Context, Result};

use crate::output;
use crate::session::{Outcome, Session};
use crate::tools::cargo_lambda;

/// Builds them and prints how large they are.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    let folder = match session.functions()? {
        Ok(folder) => folder,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    for name in session.function_names()? {
        let file = cargo_lambda::bootstrap(folder, &name);
        let size = fs::metadata(&file)
            .with_context(|| format!("read {}", file.display()))?
            .len();
        output::say(&format!("{name:<16} {} KiB", size / 1024));
    }
    Ok(Outcome::Passed)
}
