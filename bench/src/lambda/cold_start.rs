//! Cold starts: fresh processes, one at a time and the subjects in turn, so that what else the machine does meets all of them alike.

use std::fs;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::aws::{Answered, Aws};
use crate::processor;
use crate::rig::Rig;
use crate::subject::Subject;

/// A process has this long from its start to its answer.
const LIMIT: Duration = Duration::from_secs(60);

/// One process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// From its start until it asked for its first event.
    pub(crate) ready: Duration,
    /// From its start to its first answer.
    pub(crate) answered: Duration,
    /// User and system time of all its threads, until it was ended right after its answer.
    pub(crate) processor: Duration,
    /// The most memory it held, in bytes.
    pub(crate) memory: u64,
}

/// The samples of each subject, in their order. A first round fills the caches of the machine and of the engine and is not counted.
pub(crate) async fn run(aws: &Aws, rig: &Rig, subjects: &[Subject], runs: u16) -> Result<Vec<Vec<Sample>>> {
    let mut samples = vec![Vec::new(); subjects.len()];
    for round in 0..=runs {
        for (subject, samples) in subjects.iter().zip(&mut samples) {
            let sample = once(aws, rig, subject, round).await;
            let sample = sample.with_context(|| format!("{}, round {round}", subject.name()))?;
            if round > 0 {
                samples.push(sample);
            }
        }
    }
    Ok(samples)
}

async fn once(aws: &Aws, rig: &Rig, subject: &Subject, round: u16) -> Result<Sample> {
    let event = subject.event(rig, &format!("request-{round}"));
    let answered = aws.expect(&event);
    let before = processor::of_ended_children()?;
    let mut command = Command::from(subject.command(rig));
    let start = Instant::now();
    let mut child = command.kill_on_drop(true).spawn().context("start the process")?;
    let done = tokio::select! {
        done = timeout(LIMIT, answered) => done.context("no answer in time")??.map_err(|failure| anyhow!(failure))?,
        ended = child.wait() => return Err(early(ended)),
    };
    let memory = peak(&child)?;
    child.kill().await.context("end the process")?;
    let processor = processor::of_ended_children()?.saturating_sub(before);
    subject.check(&done)?;
    sample(start, &done, processor, memory)
}

fn sample(start: Instant, done: &Answered, processor: Duration, memory: u64) -> Result<Sample> {
    let first_next = done.first_next.context("it asked for no event")?;
    Ok(Sample {
        ready: first_next.duration_since(start),
        answered: done.at.duration_since(start),
        processor,
        memory,
    })
}

fn early(ended: std::io::Result<ExitStatus>) -> anyhow::Error {
    match ended {
        Ok(status) => anyhow!("it ended before its answer: {status}"),
        Err(error) => error.into(),
    }
}

/// The most memory that a running process has held, in bytes.
fn peak(child: &Child) -> Result<u64> {
    let id = child.id().context("the process has ended")?;
    let status = fs::read_to_string(format!("/proc/{id}/status")).context("read the use of memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let Some(kibibytes) = line.and_then(|line| line.trim().strip_suffix("kB")) else {
        bail!("the system does not say how much memory a process held");
    };
    Ok(kibibytes.trim().parse::<u64>()? * 1024)
}
