//! Migrations at the start of a server: those of the schema before it serves, those of rows beside it.
//!
//! A large table takes minutes or hours, and the code works with rows of both forms. What is small is done before the server is
//! ready; else the work goes on at a gentle rate, with a line in the log now and then, and at the next start if it is stopped.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use parlour_migrations::{GENTLE, Migration, Progress, Run};
use parlour_store::{Store, StoreError};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::clock;

/// How long a server waits for migrations of rows before it is ready.
const BEFORE_READY: Duration = Duration::from_secs(1);
/// The pause after a run that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(60);
/// The pause between two lines of the log.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// Applies the migrations of the schema that are missing.
pub(crate) async fn schema(store: &Store) -> Result<(), StoreError> {
    tell_applied(&Run::new(store).schema(clock::moment().now).await?);
    Ok(())
}

/// Applies the migrations of the schema, and begins those of rows; the task ends when they are applied. It may be aborted.
pub(crate) async fn begin(store: &Store) -> Result<JoinHandle<()>, StoreError> {
    schema(store).await?;
    let mut task = tokio::spawn(rows(store.clone()));
    if timeout(BEFORE_READY, &mut task).await.is_err() {
        tracing::info!("migrations of rows go on in the background");
    }
    Ok(task)
}

async fn rows(store: Store) {
    let told = Mutex::new(Instant::now());
    let observe = |migration: &'static Migration, progress| tell_progress(&told, migration, progress);
    let run = Run::new(&store).rate(Some(GENTLE)).observe(&observe);
    loop {
        match run.all(clock::moment().now).await {
            Ok(applied) => return tell_applied(&applied),
            Err(error) => tracing::warn!(%error, "a migration stopped; it goes on in a minute"),
        }
        sleep(AFTER_FAILURE).await;
    }
}

fn tell_applied(applied: &[&'static Migration]) {
    for migration in applied {
        tracing::info!(number = migration.number, name = migration.name, "migration applied");
    }
}

fn tell_progress(told: &Mutex<Instant>, migration: &Migration, progress: Progress) {
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    if told.elapsed() >= TELL_EVERY {
        *told = Instant::now();
        let Progress { read, changed, .. } = progress;
        tracing::info!(number = migration.number, read, changed, "migration under way");
    }
}
