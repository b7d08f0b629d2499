//! Explores every interleaving of concurrent attempts that run real store code, at the granularity of one store call.
//!
//! Stateless re-execution: each run builds a fresh world and follows one sequence of choices; depth first, the next run
//! changes the last choice that has an alternative. A call blocks until the driver releases it. Time is tokio's paused
//! clock, so back-off costs nothing.
//!
//! Use [`InlineEngine`](crate::embedded::InlineEngine) beneath: with an engine on another thread the paused clock runs
//! ahead while it works. Switch off operation timeouts in the explored client. A fresh engine with a table takes about
//! 0.3 ms and a call 0.06 ms; where that counts, let the set-up reuse one engine with a new key prefix for every run.

mod calls;
mod choice;
mod run;
mod search;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;

use calls::{Calls, ScheduledConnector};
use run::Ended;
use search::Search;

/// One concurrent attempt.
pub type Actor<T> = Pin<Box<dyn Future<Output = T>>>;

/// What the scheduler may do and how far it goes.
#[derive(Clone, Debug)]
pub struct Options {
    /// Calls per run that are applied and whose answer is lost; the SDK or the store may then send them again.
    pub drops: usize,
    /// Calls per run whose answer is lost at once, while the request lands at any later time, even after all actors
    /// have ended.
    pub late: usize,
    /// Actors per run that crash: their future is dropped, their open calls are not applied.
    pub crashes: usize,
    /// Whether an actor may also crash right after a call of it was applied (counts as a crash).
    pub crash_after_apply: bool,
    /// Explores only one order of choices that cannot affect each other: reads side by side, or a crash beside
    /// another actor's call. Sound if actors share nothing but the store; not if they share a lock or a cache.
    pub reads_commute: bool,
    /// Runs after which the exploration stops, incomplete.
    pub max_runs: u64,
    /// Choices in one run after which it counts as endless, a failure.
    pub max_steps: usize,
    /// How long an actor without an open call may sleep (on the paused clock) before it counts as blocked.
    pub patience: Duration,
    /// Follows the choices of a [`Failure`] in one run instead of exploring.
    pub replay: Option<Vec<usize>>,
}

impl Default for Options {
    /// Interleavings only: nothing is lost and nobody crashes.
    fn default() -> Self {
        Self {
            drops: 0,
            late: 0,
            crashes: 0,
            crash_after_apply: false,
            reads_commute: false,
            max_runs: 1_000_000,
            max_steps: 1_000,
            patience: Duration::from_secs(60),
            replay: None,
        }
    }
}

/// An exploration in which every run passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Runs that went to their end and were checked.
    pub runs: u64,
    /// Runs cut short because another run covers them (with `reads_commute`).
    pub redundant: u64,
    /// Choices in the longest run.
    pub longest: usize,
    /// Whether everything was explored, rather than `max_runs` reached.
    pub complete: bool,
}

/// A run that failed its check, panicked, did not end or did not repeat itself.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What went wrong.
    pub message: String,
    /// The choices of the run in words.
    pub steps: Vec<String>,
    /// The same for [`Options::replay`].
    pub choices: Vec<usize>,
    /// Runs that passed before.
    pub runs: u64,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} (after {} runs that passed)", self.message, self.runs)?;
        for (number, step) in self.steps.iter().enumerate() {
            writeln!(f, "{:4}. {step}", number + 1)?;
        }
        write!(f, "replay: Some(vec!{:?})", self.choices)
    }
}

impl std::error::Error for Failure {}

/// The current run, as the set-up sees it.
#[derive(Clone, Debug)]
pub struct Schedule {
    calls: Calls,
}

impl Schedule {
    /// The connector of one actor, by its index in the list of actors. Each of its calls is one step of the schedule.
    /// Calls made straight on `inner` are not scheduled: use it to create tables and to check.
    pub fn connector(&self, actor: usize, inner: SharedHttpConnector) -> SharedHttpConnector {
        SharedHttpConnector::new(ScheduledConnector::new(self.calls.clone(), actor, inner))
    }
}

/// Explores all schedules of the actors.
///
/// For each run `setup` builds a world, `actors` starts the attempts in it, and when all have ended `check` sees the
/// world and what each actor returned (`None`: it crashed). Everything but the schedule must be deterministic: seed ids
/// and entropy. Must not be called from inside a tokio runtime.
///
/// # Errors
/// The first run that fails, with its choices. A panic of an actor or of `check` is a failure of the run.
#[expect(clippy::needless_pass_by_value, reason = "closures are written at the call")]
pub fn explore<W, T>(
    options: &Options,
    setup: impl AsyncFn(Schedule) -> W,
    actors: impl Fn(&W) -> Vec<Actor<T>>,
    check: impl AsyncFn(&W, &[Option<T>]) -> Result<(), String>,
) -> Result<Report, Failure> {
    let mut search = Search::new(options);
    let mut report = Report::default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    let runtime = runtime.map_err(|error| search.failure(format!("no runtime: {error}"), 0))?;
    loop {
        search.restart();
        let run = async {
            let calls = Calls::default();
            let world = setup(Schedule { calls: calls.clone() }).await;
            let ended = run::drive(options, &calls, &mut search, actors(&world)).await?;
            if let Ended::Complete(outcomes) = &ended {
                run::catch_panic("the check", check(&world, outcomes)).await??;
            }
            Ok(matches!(ended, Ended::Complete(_)))
        };
        // Tokio's cooperative budget would make calls pend that have an answer.
        match runtime.block_on(tokio::task::unconstrained(run)) {
            Err(message) => return Err(search.failure(message, report.runs)),
            Ok(true) => report.runs += 1,
            Ok(false) => report.redundant += 1,
        }
        report.longest = report.longest.max(search.length());
        if options.replay.is_some() {
            return Ok(report);
        }
        if !search.advance() {
            return Ok(Report {
                complete: true,
                ..report
            });
        }
        if report.runs + report.redundant >= options.max_runs {
            return Ok(report);
        }
    }
}
