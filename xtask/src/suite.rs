//! The end-to-end suite of `tests/it` against a target that is running already.
//!
//! The suite gets a file with URLs and a client key. Which of its tests a target cannot run stands, with the reasons, in
//! one table (`tests/it/EXCEPTIONS.md`); what runs and what is left out must together be all that there is.

mod exceptions;
mod program;

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

use crate::output;
use crate::process;
use crate::session::{SEED, Session, default_variable};
use crate::suite::exceptions::Exceptions;

/// The targets, as the table names them.
pub(crate) const TARGETS: [&str; 2] = ["cargo-lambda", "emulator"];

/// One run takes one to four minutes on two processors.
const LIMIT: Duration = Duration::from_secs(20 * 60);

/// So many tests may be run a second time, two of a hundred, and no more.
const SECOND_TRIES: usize = 10;

/// Where this variable is set, a test that finds nothing to run on fails: what a target cannot run is named, and not passed over.
pub(crate) const SKIPS_NOTHING: &str = "PARLOUR_TEST_SKIPS_NOTHING";

/// The table, from the root.
const TABLE: &str = "tests/it/EXCEPTIONS.md";

/// What a target bears.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    /// One of [`TARGETS`].
    pub(crate) name: &'static str,
    /// What the suite reads.
    pub(crate) ready_file: &'a Path,
    /// Tests at once.
    pub(crate) threads: usize,
    /// Requests at once, over all tests; none: any number.
    pub(crate) requests: Option<usize>,
    /// The size of the heavy tests unless `PARLOUR_HEAVY` says another.
    pub(crate) heavy: &'static str,
}

/// How the suite makes apps of its own, from `parlour app create` without a name: what follows the name, and the
/// variables that are set.
pub(crate) fn operator(create: &Command) -> Value {
    let arguments: Vec<_> = create.get_args().skip(2).map(OsStr::to_string_lossy).collect();
    let variables = create.get_envs().filter_map(|(name, value)| {
        let value = Value::from(value?.to_string_lossy());
        Some((name.to_string_lossy().into_owned(), value))
    });
    json!({ "arguments": arguments, "environment": variables.collect::<Map<_, _>>() })
}

/// Leaves a command nothing of a developer's AWS account.
pub(crate) fn forget_account(command: &mut Command) {
    for name in std::env::vars_os().map(|(name, _)| name) {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
}

/// Runs every test that is no exception.
pub(crate) fn run(session: &Session, target: &Target<'_>) -> Result<()> {
    session.build()?;
    let program = program::find(session, "parlour-tests", "it")?;
    let tests = names(session, &program)?;
    let exceptions = read(session)?;
    exceptions.check(&tests)?;
    let skipped = exceptions.of(target.name);
    for exception in &skipped {
        output::say(&format!(
            "not on {}: {}: {}",
            target.name, exception.test, exception.reason
        ));
    }
    let mut command = against(session, target, &program, target.threads);
    for exception in &skipped {
        command.args(["--skip", &exception.test]);
    }
    let (mut counted, mut failed) = (None, Vec::new());
    let status = process::watched(&mut command, session.within(LIMIT)?, |line| {
        output::say(line);
        counted = Counted::of(line).or(counted);
        failed.extend(failed_test(line).map(str::to_owned));
    })?;
    if !status.success() && !pass_alone(session, target, &program, &failed)? {
        bail!("the suite on {}: {status}", target.name);
    }
    let counted = counted.context("the suite printed no result")?;
    let expected = Counted {
        run: tests.len() - skipped.len(),
        left_out: skipped.len(),
    };
    if counted != expected {
        bail!("{counted:?}, where the table of exceptions says {expected:?}");
    }
    Ok(())
}

/// The suite's program, pointed at the target.
fn against(session: &Session, target: &Target<'_>, program: &Path, threads: usize) -> Command {
    let mut command = suite(session, program);
    command.args(["--exact", "--test-threads", &threads.to_string()]);
    command
        .env("PARLOUR_TEST_READY_FILE", target.ready_file)
        .env(SKIPS_NOTHING, "1")
        .env("PARLOUR_TEST_BINARIES", session.programs());
    if let Some(requests) = target.requests {
        command.env("PARLOUR_TEST_AT_ONCE", requests.to_string());
    }
    forget_account(&mut command);
    default_variable(&mut command, "PARLOUR_HEAVY", target.heavy);
    default_variable(&mut command, "PARLOUR_SEED", SEED);
    command
}

/// Runs one test.
pub(crate) fn run_alone(session: &Session, target: &Target<'_>, test: &str) -> Result<()> {
    let program = program::find(session, "parlour-tests", "it")?;
    let mut command = against(session, target, &program, 1);
    command.arg(test);
    let mut counted = None;
    let status = process::watched(&mut command, session.within(LIMIT)?, |line| {
        output::say(line);
        counted = Counted::of(line).or(counted);
    })?;
    let ran = counted.is_some_and(|counted| counted.run == 1);
    ensure!(status.success() && ran, "{test} on {}: {status}", target.name);
    Ok(())
}

/// Whether the few tests that failed pass one after another. The targets are other people's programs, each of which now and then
/// keeps one of a hundred waiting for too long. A fault of Parlour's that comes and goes may pass here too: that is why they are named.
fn pass_alone(session: &Session, target: &Target<'_>, program: &Path, failed: &[String]) -> Result<bool> {
    if failed.is_empty() || failed.len() > SECOND_TRIES {
        return Ok(false);
    }
    output::say(&format!(
        "failed on {}, and tried again alone: {}",
        target.name,
        failed.join(", ")
    ));
    let mut command = against(session, target, program, 1);
    command.args(failed);
    let status = process::watched(&mut command, session.within(LIMIT)?, output::say)?;
    Ok(status.success())
}

/// The test of a line `test a::b ... FAILED`.
fn failed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

/// The table names tests and targets that exist, whatever is run.
pub(crate) fn check_table(session: &Session) -> Result<()> {
    session.build()?;
    let program = program::find(session, "parlour-tests", "it")?;
    read(session)?.check(&names(session, &program)?)
}

/// The description's answers are those that the suite has kept in a file.
pub(crate) fn check_answers(session: &Session, kept: &Path) -> Result<()> {
    let program = program::find(session, "parlour-tests", "refusals")?;
    let mut command = suite(session, &program);
    command.arg("--include-ignored").env("PARLOUR_TEST_ANSWERS", kept);
    session.run(&mut command, Duration::from_secs(60))
}

fn read(session: &Session) -> Result<Exceptions> {
    let file = session.root.join(TABLE);
    let text = std::fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
    Exceptions::parse(&text).context(TABLE)
}

/// The suite's own program, where Cargo would run it.
fn suite(session: &Session, program: &Path) -> Command {
    let mut command = session.command(program);
    command.current_dir(session.root.join("tests"));
    command
}

/// The names of all its tests.
fn names(session: &Session, program: &Path) -> Result<Vec<String>> {
    let mut command = suite(session, program);
    command.args(["--list", "--format", "terse"]);
    let (status, text) = process::output(&mut command, session.within(Duration::from_secs(60))?)?;
    if !status.success() {
        bail!("the suite cannot list its tests: {status}");
    }
    let names = text.lines().filter_map(|line| line.strip_suffix(": test"));
    Ok(names.map(str::to_owned).collect())
}

/// What the test program says at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counted {
    run: usize,
    left_out: usize,
}

impl Counted {
    /// Reads `test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.1s`.
    fn of(line: &str) -> Option<Self> {
        let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
        let count = |what: &str| {
            let part = counts.split("; ").find_map(|part| part.strip_suffix(what))?;
            part.trim().parse::<usize>().ok()
        };
        Some(Self {
            run: count(" passed")? + count(" failed")?,
            left_out: count(" filtered out")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_described() {
        let mut command = Command::new("parlour");
        command
            .args(["app", "create", "--data", "x"])
            .env("A", "b")
            .env_remove("C");
        let described = json!({ "arguments": ["--data", "x"], "environment": { "A": "b" } });
        assert_eq!(operator(&command), described);
    }

    #[test]
    fn the_result_is_read() {
        let line = "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 5 filtered out; finished in 0.15s";
        assert_eq!(Counted::of(line), Some(Counted { run: 4, left_out: 5 }));
        assert_eq!(Counted::of("test a::b ... ok"), None);
    }

    #[test]
    fn a_failed_test_is_read() {
        assert_eq!(failed_test("test a::b ... FAILED"), Some("a::b"));
        assert_eq!(failed_test("test a::b ... ok"), None);
        assert_eq!(failed_test("2 tests ... FAILED"), None);
    }
}
