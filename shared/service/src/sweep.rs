//! `sweep`, every minute: connections whose lease has ended, changes that a crash left half done, entries that count no more, tasks
//! that nobody goes on with, files that no message has, and what webhooks are still to be told.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::{AppId, AttachmentId, Moment, Timestamp};
use parlour_store::keys::{self, LEASE_SHARDS};
use parlour_store::{StoreError, Trimmed};

use crate::push::BoxFuture;
use crate::{Error, Parlour, deliver, erasure, live, remove_member};

/// At most so many of each kind in one run; the next run goes on.
const BATCH: usize = 200;

/// Rooms in which one run takes entries away.
const ROOMS: usize = 100;

/// Tasks of which one run does a piece; in 5 s each, at most.
const TASKS: usize = 20;

/// Of these, at once.
const PARALLEL: usize = 8;

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Connections forgotten.
    pub connections: usize,
    /// Departures and room deletions completed.
    pub finished: usize,
    /// Entries taken away that counted no more.
    pub trimmed: usize,
    /// Tasks of which a piece was done.
    pub tasks: usize,
    /// Files taken away that no message has.
    pub files: usize,
}

/// Runs once. Running it twice, or two at once, does no harm.
///
/// # Errors
/// [`Error::Store`].
pub async fn sweep(parlour: &Parlour, moment: &Moment) -> Result<Swept, Error> {
    let connections = leases(parlour, moment.now).await?;
    let finished = unfinished(parlour, moment.now).await?;
    let trimmed = trims(parlour, moment.now).await?;
    deliver::sweep(parlour, moment.now).await?;
    Ok(Swept {
        connections,
        finished,
        trimmed,
        tasks: tasks(parlour, moment.now).await?,
        files: files(parlour, moment.now).await?,
    })
}

async fn leases(parlour: &Parlour, now: Timestamp) -> Result<usize, Error> {
    let mut forgotten = 0;
    for shard in 0..LEASE_SHARDS {
        let mut ended = Vec::new();
        for (app, user, connection) in parlour.store.expired_leases(shard, now, BATCH).await? {
            // The index may be a moment behind a `ping`: the row decides.
            if parlour.store.connection(&app, user, &connection, now).await?.is_none() {
                parlour.store.end_connection(&app, user, &connection, now).await?;
                ended.push((app, user, connection));
            }
        }
        // Also those that had ended already: what was to be done about them may be lost.
        live::ended_long_ago(parlour, &ended).await;
        forgotten += ended.len();
    }
    Ok(forgotten)
}

async fn unfinished(parlour: &Parlour, now: Timestamp) -> Result<usize, Error> {
    let work = parlour.store.unfinished(BATCH).await?;
    let finished = work.len();
    for (app, room, member) in work {
        match member {
            Some(user) => remove_member::finish(parlour, &app, room, user, now).await?,
            None => parlour.store.finish_room_deletion(&app, room).await?,
        }
    }
    Ok(finished)
}

/// Rooms that have entries to take away, a bounded piece of each.
async fn trims(parlour: &Parlour, now: Timestamp) -> Result<usize, Error> {
    let due = parlour.store.trims_due(now, ROOMS).await?;
    let mut runs: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::with_capacity(due.len());
    for due in &due {
        runs.push(Box::pin(parlour.store.trim_room(due, now)));
    }
    let trimmed: Vec<Trimmed> = stream::iter(runs).buffer_unordered(PARALLEL).try_collect().await?;
    Ok(trimmed.iter().map(|trimmed| trimmed.removed).sum())
}

/// Tasks of which the queue has lost the next piece: one is done here, and the queue has the next one again.
async fn tasks(parlour: &Parlour, now: Timestamp) -> Result<usize, Error> {
    let due = parlour.store.tasks_due(now, TASKS).await?;
    let mut runs: Vec<BoxFuture<'_, Result<(), Error>>> = Vec::with_capacity(due.len());
    for (app, task) in &due {
        runs.push(Box::pin(erasure::piece(parlour, app, *task, now)));
    }
    // One that fails does not keep the others from their turn.
    let done: Vec<Result<(), Error>> = stream::iter(runs).buffer_unordered(PARALLEL).collect().await;
    let done = done.into_iter().collect::<Result<Vec<()>, Error>>()?;
    Ok(done.len())
}

/// Files that no message took in time, and those of messages that say nothing any more.
async fn files(parlour: &Parlour, now: Timestamp) -> Result<usize, Error> {
    let due = parlour.store.attachments_due(now, BATCH).await?;
    let mut runs: Vec<BoxFuture<'_, Result<bool, Error>>> = Vec::with_capacity(due.len());
    for (app, file) in &due {
        runs.push(Box::pin(remove_file(parlour, app, *file, now)));
    }
    // One that fails does not keep the others from their turn.
    let done: Vec<Result<bool, Error>> = stream::iter(runs).buffer_unordered(PARALLEL).collect().await;
    let done = done.into_iter().collect::<Result<Vec<bool>, Error>>()?;
    Ok(done.into_iter().filter(|removed| *removed).count())
}

/// The row last: by it the next run goes on.
async fn remove_file(parlour: &Parlour, app: &AppId, file: AttachmentId, now: Timestamp) -> Result<bool, Error> {
    if !parlour.store.doom_attachment(app, file, now).await? {
        return Ok(false);
    }
    parlour.files.remove(&keys::object(app, file)).await?;
    parlour.store.forget_attachment(app, file).await?;
    Ok(true)
}
