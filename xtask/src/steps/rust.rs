//! `rust`: every test of the workspace, the heavy ones at a tenth of their size, the seed fixed.
//!
//! With DynamoDB Local running, the store's contract suite runs on it as well as on the embedded engine.

use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::Result;

use crate::output;
use crate::session::{Outcome, SEED, Session, default_variable};
use crate::suite;

/// Runs the tests. Where DynamoDB Local cannot be had, they run on the embedded engine alone, and that is printed.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    let dynamodb = session.dynamodb();
    session.build()?;
    suite::check_table(session)?;
    let mut command = session.cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]);
    // Tests that start programs take those that were just built.
    command.env("PARLOUR_TEST_BINARIES", session.programs());
    // Much of a test is waiting: for an engine, for ten seconds of grace.
    default_variable(&mut command, "RUST_TEST_THREADS", &threads().to_string());
    default_variable(&mut command, "PARLOUR_HEAVY", "0.1");
    default_variable(&mut command, "PARLOUR_SEED", SEED);
    match &dynamodb {
        Ok(Ok(local)) => drop(command.env("PARLOUR_TEST_DYNAMODB", local.address())),
        Ok(Err(reason)) => output::say(&format!("not on DynamoDB Local: {reason}")),
        Err(error) => output::say(&format!("not on DynamoDB Local: {error:#}")),
    }
    session.run(&mut command, Duration::from_secs(45 * 60))?;
    Ok(Outcome::Passed)
}

/// Tests that run at once in one program: twice as many as there are processors.
fn threads() -> usize {
    2 * available_parallelism().map_or(1, usize::from)
}
