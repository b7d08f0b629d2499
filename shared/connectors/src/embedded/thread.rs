//! The one thread that runs calls, and group commit.
//!
//! It runs everything that is queued, syncs once, then answers everything, reads included: a read may have seen what
//! a power cut would still have undone. Whatever leaves the database in doubt (a panic, a failed sync) ends the process,
//! because calls that were not answered may or may not be there and only a restart settles that.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use aws_smithy_runtime_api::client::result::ConnectorError;
use dynoxide::{Database, DynoxideError};
use tokio::sync::{mpsc, oneshot};

use super::EngineError;
use super::dispatch::{Job, Outcome};

/// Calls that may wait for the engine; the next callers wait for a place.
const QUEUE: usize = 1024;
/// Calls run before a sync, so that the first of them does not wait for an endless batch.
const BATCH: usize = 256;

/// The write-ahead log, open for syncing, and the lock on the database.
pub(super) struct LogFile {
    pub(super) log: File,
    pub(super) _lock: File,
}

/// What stands between a write and its answer.
pub(super) enum Durability {
    /// Nothing: the database is in memory.
    None,
    /// A sync of the log.
    Log(LogFile),
    /// A sync that a test watches.
    #[cfg(test)]
    Watched(Box<dyn FnMut() -> io::Result<()> + Send>),
}

impl Durability {
    fn sync(&mut self) -> io::Result<()> {
        match self {
            Self::None => Ok(()),
            Self::Log(files) => files.log.sync_data(),
            #[cfg(test)]
            Self::Watched(sync) => sync(),
        }
    }
}

enum Work {
    Call(Job, oneshot::Sender<Outcome>),
    Stop,
}

/// A handle on the running thread; dropping it stops the thread.
pub(super) struct EngineThread {
    queue: mpsc::Sender<Work>,
    stopping: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl EngineThread {
    pub(super) fn start(database: Database, durability: Durability) -> Result<Self, EngineError> {
        Self::start_with(database, durability, end_process)
    }

    fn start_with(database: Database, durability: Durability, fatal: fn(&str) -> !) -> Result<Self, EngineError> {
        let (queue, work) = mpsc::channel(QUEUE);
        let stopping = Arc::new(AtomicBool::new(false));
        let engine = Engine {
            database,
            durability,
            work,
            stopping: Arc::clone(&stopping),
            fatal,
        };
        let thread = std::thread::Builder::new()
            .name("parlour-engine".to_owned())
            .spawn(move || engine.serve())
            .map_err(EngineError::Thread)?;
        Ok(Self {
            queue,
            stopping,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Runs one call and waits for its durable outcome.
    pub(super) async fn run(&self, job: Job) -> Result<Outcome, ConnectorError> {
        let (reply, outcome) = oneshot::channel();
        self.queue.send(Work::Call(job, reply)).await.map_err(|_| closed())?;
        outcome.await.map_err(|_| closed())
    }

    /// Drains the queue and ends the thread. Safe to call from async code and more than once.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        // A full queue needs no wake-up: the thread is busy and looks at the flag after its batch.
        let _ = self.queue.try_send(Work::Stop);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Drop for EngineThread {
    fn drop(&mut self) {
        self.stop();
    }
}

impl std::fmt::Debug for EngineThread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineThread")
            .field("stopping", &self.stopping)
            .finish_non_exhaustive()
    }
}

fn closed() -> ConnectorError {
    ConnectorError::other("the embedded engine is closed".into(), None)
}

struct Engine {
    database: Database,
    durability: Durability,
    work: mpsc::Receiver<Work>,
    stopping: Arc<AtomicBool>,
    /// What to do when the database is in doubt.
    fatal: fn(&str) -> !,
}

impl Engine {
    fn serve(mut self) {
        while let Some(first) = self.work.blocking_recv() {
            self.batch(first);
            if self.stopping.load(Ordering::SeqCst) {
                // Nothing new is let in; what is queued is still run.
                self.work.close();
            }
        }
    }

    fn batch(&mut self, first: Work) {
        let mut next = Some(first);
        let mut answers = Vec::new();
        let mut wrote = false;
        while let Some(work) = next {
            if let Work::Call(job, reply) = work {
                wrote |= job.writes;
                answers.push((reply, self.run(job)));
            }
            next = if answers.len() < BATCH {
                self.work.try_recv().ok()
            } else {
                None
            };
        }
        if wrote && let Err(error) = self.durability.sync() {
            (self.fatal)(&format!("the embedded engine cannot sync its log: {error}"));
        }
        for (reply, outcome) in answers {
            // The caller may have given up; the call is applied all the same.
            let _ = reply.send(outcome);
        }
    }

    fn run(&self, job: Job) -> Outcome {
        let Ok(outcome) = catch_unwind(AssertUnwindSafe(|| (job.run)(&self.database))) else {
            (self.fatal)("the embedded engine panicked");
        };
        if let Err(DynoxideError::InternalServerError(message)) = &outcome
            && message.contains("Lock poisoned")
        {
            (self.fatal)("the embedded engine's lock is poisoned");
        }
        outcome
    }
}

fn end_process(reason: &str) -> ! {
    tracing::error!(
        reason,
        "ending the process: the embedded database is in doubt until it is opened again"
    );
    std::process::abort();
}

#[cfg(test)]
mod tests;
