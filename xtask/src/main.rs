//! The chores of this repository, as `cargo xtask NAME`.
//!
//! `test` is what continuous integration runs: every check there is, each a step in its own file under `steps/`. What a
//! step needs and a fresh machine lacks is under `tools/`: it comes from the ordinary package registries and is kept in a
//! cache folder. Nothing runs without a time limit, and every process started here is ended here, by its id.

mod fuzz;
mod output;
mod places;
mod process;
mod scratch;
mod session;
mod steps;
mod suite;
mod test;
mod tidy;
mod tools;

use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::fuzz::Fuzz;
use crate::session::{Outcome, Session};

const HELP: &str = "\
The chores of this repository.

  cargo xtask test                 every check, each step with its time, and a table at the end
  cargo xtask test --only NAME     only that step; may be given several times
  cargo xtask test --list          the names of the steps
  cargo xtask budgets              print round trips and read and write units of every operation
  cargo xtask fuzz                 a minute of inputs of every kind for each reader of what clients send
  cargo xtask fuzz --minutes N     so many minutes for each of them; --target NAME: one of them alone
  cargo xtask fuzz --target NAME --repeat FILE   one input again
  cargo xtask soak                 the heavy tests at full size, and many more requests made from the description of REST
  cargo xtask fmt                  format all Rust code

Environment:
  PARLOUR_CACHE      where tools are kept; else $XDG_CACHE_HOME/parlour, else ~/.cache/parlour
  PARLOUR_HEAVY      the size of the heavy tests, as a share of the full size (test: 0.1, soak: 1)
  PARLOUR_BINARIES   a folder with NAME/bootstrap for every function, taken instead of building them
  PARLOUR_SEED       the seed of the randomised tests (1)
  PARLOUR_CHROMIUM   the browser of the `page` step; else one on the PATH, else Debian's
  PARLOUR_ARTEFACTS  where the `page` step leaves its screenshots and `fuzz` its findings; else `artefacts`
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs one chore; whether all of it went well.
fn run(arguments: &[String]) -> Result<bool> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            output::say(HELP.trim_end());
            Ok(true)
        }
        ["test", "--list"] => {
            test::list();
            Ok(true)
        }
        ["test", selection @ ..] => test::run(&Session::open()?, &test::selected(selection)?),
        ["budgets"] => chore(
            &["test", "-p", "parlour-tests", "--test", "budgets", "--", "--nocapture"],
            30,
        ),
        ["fuzz", words @ ..] => {
            Fuzz::read(words)?.run(&Session::open()?)?;
            Ok(true)
        }
        ["soak"] => soak(),
        ["fmt"] => chore(&["fmt", "--all"], 2),
        other => bail!(
            "there is no `{}`; `cargo xtask` alone prints what there is",
            other.join(" ")
        ),
    }
}

fn chore(arguments: &[&str], minutes: u64) -> Result<bool> {
    let session = Session::open()?;
    session.run(session.cargo().args(arguments), Duration::from_secs(minutes * 60))?;
    Ok(true)
}

/// The tests whose names contain `heavy`, at full size, with the numbers that they print; then the description of REST at length.
fn soak() -> Result<bool> {
    let session = Session::open()?;
    session.build()?;
    let started = std::time::Instant::now();
    let mut command: Command = session.cargo();
    command.args(["test", "--workspace", "--", "heavy", "--nocapture"]);
    command.env("PARLOUR_TEST_BINARIES", session.programs());
    session::default_variable(&mut command, "PARLOUR_HEAVY", "1");
    session::default_variable(&mut command, "PARLOUR_SEED", session::SEED);
    session.run(&mut command, Duration::from_secs(120 * 60))?;
    if let Outcome::Skipped(reason) = steps::soak_contract(&session)? {
        output::say(&format!("the description of REST is not looked at: {reason}"));
    }
    output::say(&format!("soak: {}", output::time(started.elapsed())));
    Ok(true)
}
