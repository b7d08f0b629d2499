//! One target, for a time: inputs made of its corpus and of whatever had a new outcome.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::corpus;
use crate::mutate::mutated;
use crate::pending::Pending;
use crate::random::{Random, hash};
use crate::smaller::smaller;
use crate::target::{Outcome, Target};

/// An input that takes longer is told of, and fails nothing: the machine may be slow.
const SLOW: Duration = Duration::from_secs(1);
/// Inputs with new outcomes that are kept in memory.
const POOL: usize = 2_000;
/// Findings after which a target is given up: most are the same in other words.
const FINDINGS: usize = 10;

thread_local! {
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Has panics told by their findings alone.
pub(crate) fn quiet() {
    panic::set_hook(Box::new(|info| PANIC.with_borrow_mut(|text| *text = info.to_string())));
}

/// Since when an input is being looked at, for who watches: milliseconds after the start, and 0 for none.
#[derive(Debug)]
pub(crate) struct Watched {
    start: Instant,
    since: AtomicU64,
}

impl Watched {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            since: AtomicU64::new(0),
        }
    }

    fn begin(&self) {
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.since.store(now.max(1), Ordering::Relaxed);
    }

    fn end(&self) {
        self.since.store(0, Ordering::Relaxed);
    }

    /// How long the one that is looked at has taken so far.
    pub(crate) fn taken(&self) -> Duration {
        match self.since.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            since => self.start.elapsed().saturating_sub(Duration::from_millis(since)),
        }
    }
}

/// Something that does not hold.
#[derive(Debug)]
pub(crate) struct Finding {
    /// What.
    pub(crate) why: String,
    /// The input.
    pub(crate) file: PathBuf,
}

/// What came of a target.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) inputs: u64,
    /// Different outcomes.
    pub(crate) outcomes: usize,
    pub(crate) slow: u64,
    pub(crate) slowest: Duration,
    pub(crate) findings: Vec<Finding>,
}

/// What becomes of an input; a panic is a finding.
pub(crate) fn attempt(target: &Target, input: &[u8]) -> Outcome {
    match panic::catch_unwind(|| (target.check)(input)) {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("panics: {}", PANIC.with_borrow(String::clone))),
    }
}

/// What two findings have in common that are one: the words, without numbers.
fn kind(why: &str) -> String {
    why.chars()
        .filter(|letter| !letter.is_ascii_digit())
        .take(120)
        .collect()
}

struct Hunt<'a> {
    target: &'a Target,
    folder: PathBuf,
    pending: Pending,
    watched: &'a Watched,
    outcomes: HashSet<u64>,
    kinds: HashSet<String>,
    report: Report,
}

/// Looks at inputs for that time.
pub(crate) fn hunt(
    target: &Target,
    seed: u64,
    time: Duration,
    (findings, watched): (&Path, &Watched),
) -> Result<Report, String> {
    let mut pool = corpus::of(target)?;
    let words = corpus::words(target, &pool);
    let mut hunt = Hunt::new(target, (findings, watched))?;
    for input in &pool {
        hunt.look(input)?;
    }
    let (mut random, start) = (Random::new(seed, target.name), Instant::now());
    while start.elapsed() < time && hunt.report.findings.len() < FINDINGS {
        let input = mutated(&mut random, &pool, &words);
        if hunt.look(&input)? && pool.len() < POOL {
            pool.push(input);
        }
    }
    hunt.report.outcomes = hunt.outcomes.len();
    Ok(hunt.report)
}

impl<'a> Hunt<'a> {
    fn new(target: &'a Target, (findings, watched): (&Path, &'a Watched)) -> Result<Self, String> {
        let folder = findings.join(target.name);
        Ok(Self {
            target,
            pending: Pending::new(&folder).map_err(|error| format!("{}: {error}", folder.display()))?,
            folder,
            watched,
            outcomes: HashSet::new(),
            kinds: HashSet::new(),
            report: Report::default(),
        })
    }

    /// Whether the outcome is a new one.
    fn look(&mut self, input: &[u8]) -> Result<bool, String> {
        let kept = |error: std::io::Error| format!("an input cannot be kept: {error}");
        self.pending.set(input).map_err(kept)?;
        self.watched.begin();
        let start = Instant::now();
        let outcome = attempt(self.target, input);
        let taken = start.elapsed();
        self.watched.end();
        self.report.inputs += 1;
        if taken > SLOW {
            self.report.slow += 1;
        }
        if taken > self.report.slowest {
            self.report.slowest = taken;
            if taken > SLOW {
                fs::write(self.folder.join("slowest"), input).map_err(kept)?;
            }
        }
        match outcome {
            Ok(outcome) => Ok(self.outcomes.insert(hash(outcome.as_bytes()))),
            Err(why) => {
                if self.kinds.insert(kind(&why)) {
                    self.find(input, why).map_err(kept)?;
                }
                Ok(false)
            }
        }
    }

    fn find(&mut self, input: &[u8], why: String) -> std::io::Result<()> {
        let same = |input: &[u8]| attempt(self.target, input).is_err_and(|other| kind(&other) == kind(&why));
        let input = smaller(input, same);
        let file = self.folder.join(format!("{:016x}", hash(&input)));
        fs::write(&file, &input)?;
        self.report.findings.push(Finding { why, file });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::ALL;

    /// A reader that takes everything but an `X`, and panics for that.
    fn brittle(input: &[u8]) -> Outcome {
        assert!(!input.contains(&b'X'), "an X");
        Ok("fine".to_owned())
    }

    fn brittle_target() -> Target {
        Target {
            check: brittle,
            words: &["X"],
            ..ALL[0]
        }
    }

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("parlour-fuzz-{name}-{}", std::process::id()))
    }

    #[test]
    fn a_panic_is_found_once_and_made_small() {
        let (folder, watched, target) = (folder("panic"), Watched::new(), brittle_target());
        let mut hunt = Hunt::new(&target, (&folder, &watched)).unwrap();
        for input in ["some text", "some teXt", "another teXt"] {
            hunt.look(input.as_bytes()).unwrap();
        }
        let report = hunt.report;
        assert_eq!((report.inputs, report.findings.len()), (3, 1));
        assert_eq!(fs::read(&report.findings[0].file).unwrap(), b"X");
        assert!(report.findings[0].why.starts_with("panics"));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn an_outcome_is_new_once() {
        let (folder, watched, target) = (folder("outcome"), Watched::new(), brittle_target());
        let mut hunt = Hunt::new(&target, (&folder, &watched)).unwrap();
        assert!(hunt.look(b"one").unwrap());
        assert!(!hunt.look(b"two").unwrap());
        drop(hunt);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn who_watches_sees_how_long_an_input_takes() {
        let watched = Watched::new();
        assert_eq!(watched.taken(), Duration::ZERO);
        watched.begin();
        watched.end();
        assert_eq!(watched.taken(), Duration::ZERO);
    }

    #[test]
    fn findings_that_differ_in_numbers_are_one() {
        assert_eq!(kind("panics: at 12"), kind("panics: at 7"));
        assert_ne!(kind("panics"), kind("hangs"));
    }
}
