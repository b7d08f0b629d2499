//! All targets, as many at once as there are processors, and a watch on each; or one input alone.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, available_parallelism};
use std::time::{Duration, Instant};

use crate::hunt::{Report, Watched, attempt, hunt, quiet};
use crate::options::Options;
use crate::output::say;

/// An input that takes longer is one that never ends.
const HANG: Duration = Duration::from_secs(20);
/// How often that is looked for.
const LOOK: Duration = Duration::from_millis(500);
/// As much as a thread of the functions' and the gateway's runtime has.
const STACK_BYTES: usize = 2 * 1024 * 1024;

type Done = (usize, Result<Report, String>);

/// Runs all targets that are asked for; whether nothing was found.
pub(crate) fn all(options: &Options) -> Result<bool, String> {
    quiet();
    let watched: Vec<Watched> = options.targets.iter().map(|_| Watched::new()).collect();
    let workers = available_parallelism()
        .map_or(1, usize::from)
        .min(options.targets.len());
    let (next, (send, receive)) = (AtomicUsize::new(0), mpsc::channel());
    let seconds = options.time.as_secs();
    say(&format!(
        "{} targets, {seconds} s each, seed {}",
        options.targets.len(),
        options.seed
    ));
    thread::scope(|scope| {
        for _ in 0..workers {
            let (next, watched, send) = (&next, watched.as_slice(), send.clone());
            let work = move || work(options, (next, watched), &send);
            let worker = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
            worker.map_err(|error| format!("no thread: {error}"))?;
        }
        drop(send);
        watch(options, &watched, &receive)
    })
}

fn work(options: &Options, (next, watched): (&AtomicUsize, &[Watched]), send: &Sender<Done>) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let (Some(target), Some(watched)) = (options.targets.get(number), watched.get(number)) else {
            return;
        };
        let report = hunt(target, options.seed, options.time, (&options.findings, watched));
        // Nobody listens any more: then it is over.
        if send.send((number, report)).is_err() {
            return;
        }
    }
}

/// Prints what comes of each target, until all are done.
fn watch(options: &Options, watched: &[Watched], receive: &Receiver<Done>) -> Result<bool, String> {
    let (mut sound, mut failed) = (true, None);
    loop {
        match receive.recv_timeout(LOOK) {
            Ok((number, Ok(report))) => sound &= told(options, number, &report),
            Ok((_, Err(why))) => failed = Some(why),
            Err(RecvTimeoutError::Disconnected) => return failed.map_or(Ok(sound), Err),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let hanging = watched.iter().position(|watched| watched.taken() > HANG);
        if let Some(target) = hanging.and_then(|number| options.targets.get(number)) {
            let file = options.findings.join(target.name).join("under-way");
            say(&format!("{}: hangs for more than {} s", target.name, HANG.as_secs()));
            say(&how_to_repeat(target.name, &file));
            // A thread cannot be ended from outside.
            std::process::exit(1);
        }
    }
}

/// Prints what came of a target; whether nothing was found.
fn told(options: &Options, number: usize, report: &Report) -> bool {
    let name = options.targets.get(number).map_or("", |target| target.name);
    say(&format!(
        "{name:<16} {:>9} inputs, {:>5} outcomes, slowest {} ms, {} took over a second",
        report.inputs,
        report.outcomes,
        report.slowest.as_millis(),
        report.slow,
    ));
    if report.slow > 0 {
        let file = options.findings.join(name).join("slowest");
        say(&how_to_repeat(name, &file));
    }
    for finding in &report.findings {
        say(&format!("{name}: {}", finding.why));
        say(&how_to_repeat(name, &finding.file));
    }
    report.findings.is_empty()
}

fn how_to_repeat(name: &str, file: &Path) -> String {
    format!("  cargo xtask fuzz --target {name} --repeat {}", file.display())
}

/// Looks at one input, and says what becomes of it; where it panics is printed as ever.
pub(crate) fn repeat(options: &Options, file: &Path) -> Result<bool, String> {
    let [target] = options.targets.as_slice() else {
        return Err("`--repeat` needs `--target`".to_owned());
    };
    let input = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let start = Instant::now();
    let look = || attempt(target, &input);
    let looked = thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, look);
        let worker = worker.map_err(|error| format!("no thread: {error}"))?;
        worker.join().map_err(|_| "it ended early".to_owned())
    });
    let took = format!("{} bytes, {} ms", input.len(), start.elapsed().as_millis());
    match looked? {
        Ok(outcome) => say(&format!("{}: {outcome} ({took})", target.name)),
        Err(why) => {
            say(&format!("{}: {why} ({took})", target.name));
            return Ok(false);
        }
    }
    Ok(true)
}
