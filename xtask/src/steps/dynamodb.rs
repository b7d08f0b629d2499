//! `dynamodb-local`: Amazon's own DynamoDB Local starts here and answers a real request.

use anyhow::Result;

use crate::output;
use crate::session::{Outcome, Session};

/// Starts it for the steps that follow.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    match session.dynamodb()? {
        Ok(local) => {
            output::say(&format!("DynamoDB Local {} at {}", local.version, local.address()));
            Ok(Outcome::Passed)
        }
        Err(reason) => Ok(Outcome::Skipped(reason)),
    }
}
