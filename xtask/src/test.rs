//! `cargo xtask test`: runs the chosen steps one after another, goes on after a failure, and ends with a table.
//!
//! The last line is `N passed, N failed, N skipped`, counting steps.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::output;
use crate::session::{Outcome, Session};
use crate::steps::{ALL, Step};

struct Report {
    name: &'static str,
    result: Verdict,
    took: Duration,
    note: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passed,
    Failed,
    Skipped,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// Prints the names of the steps.
pub(crate) fn list() {
    for step in ALL {
        output::say(&format!("{:<20} {}", step.name, step.about));
    }
}

/// The steps that the arguments after `test` choose; all when there are none.
pub(crate) fn selected(arguments: &[&str]) -> Result<Vec<&'static Step>> {
    if arguments.is_empty() {
        return Ok(ALL.iter().collect());
    }
    let mut chosen = Vec::new();
    for pair in arguments.chunks(2) {
        let ["--only", name] = pair else {
            bail!("`test` takes `--only NAME` and `--list`, not `{}`", pair.join(" "))
        };
        let step = ALL.iter().find(|step| step.name == *name);
        chosen.push(step.with_context(|| format!("there is no step `{name}`; `--list` prints them"))?);
    }
    Ok(chosen)
}

/// Runs `steps`; whether none failed.
pub(crate) fn run(session: &Session, steps: &[&'static Step]) -> Result<bool> {
    let reports: Vec<Report> = steps.iter().map(|step| report(session, step)).collect();
    Ok(summarise(&reports))
}

fn report(session: &Session, step: &'static Step) -> Report {
    output::heading(step.name, step.about);
    let started = Instant::now();
    let outcome = session.within(Duration::MAX).and_then(|_| (step.check)(session));
    let (result, note) = match outcome {
        Ok(Outcome::Passed) => (Verdict::Passed, String::new()),
        Ok(Outcome::Skipped(reason)) => (Verdict::Skipped, reason),
        Err(error) => (Verdict::Failed, format!("{error:#}")),
    };
    let took = started.elapsed();
    output::closing(step.name, result.word(), took, &note);
    Report {
        name: step.name,
        result,
        took,
        note,
    }
}

fn summarise(reports: &[Report]) -> bool {
    output::say("");
    output::row("step", "result", "time", "");
    for report in reports {
        let note = report.note.lines().next().unwrap_or_default();
        output::row(report.name, report.result.word(), &output::time(report.took), note);
    }
    let count = |which| reports.iter().filter(|report| report.result == which).count();
    let (passed, failed, skipped) = (count(Verdict::Passed), count(Verdict::Failed), count(Verdict::Skipped));
    output::say(&format!("{passed} passed, {failed} failed, {skipped} skipped"));
    failed == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_can_be_chosen_and_no_name_is_taken_twice() {
        for (place, step) in ALL.iter().enumerate() {
            assert_eq!(selected(&["--only", step.name]).unwrap()[0].name, step.name);
            assert!(ALL.iter().skip(place + 1).all(|other| other.name != step.name));
        }
    }

    #[test]
    fn an_unknown_choice_is_refused() {
        assert!(selected(&["--only", "nothing"]).is_err());
        assert!(selected(&["--only"]).is_err());
        assert!(selected(&["fmt"]).is_err());
    }
}
