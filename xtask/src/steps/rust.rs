//! `rust`: every test of the workspace, the heavy ones at a tenth of their size, the seed fixed.
//!
//! The end-to-end suite keeps how every operation of REST was answered; after it the description is held equal to that.
//! With DynamoDB Local running, the store's contract suite runs on it as well as on the embedded engine, and what needs it may not be
//! left out: a test that does not find it fails.

use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::Result;

use crate::output;
use crate::scratch::Scratch;
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
        Ok(Ok(local)) => {
            command.env("PARLOUR_TEST_DYNAMODB", local.address());
            command.env(suite::SKIPS_NOTHING, "1");
        }
        Ok(Err(reason)) => output::say(&format!("not on DynamoDB Local: {reason}")),
        Err(error) => output::say(&format!("not on DynamoDB Local: {error:#}")),
    }
    let scratch = Scratch::new()?;
    let answers = scratch.file("answers");
    command.env("PARLOUR_TEST_ANSWERS", &answers);
    let tested = session.run(&mut command, Duration::from_secs(45 * 60));
    // Tests that compare the codes with the routes fail until they are written anew.
    if tested.is_ok() || std::env::var_os("PARLOUR_WRITE_REFUSALS").is_some() {
        suite::check_answers(session, &answers)?;
    }
    tested?;
    Ok(Outcome::Passed)
}

/// Tests that run at once in one program: twice as many as there are processors.
fn threads() -> usize {
    2 * available_parallelism().map_or(1, usize::from)
}
