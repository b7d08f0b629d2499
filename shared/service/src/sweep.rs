//! `sweep`, every minute: connections whose lease has ended, changes that a crash left half done, entries that count no more, tasks
//! that nobody goes on with, files that no message has, and what webhooks are still to be told.

use futures_util::{StreamExt as _, stream};
use parlour_domain::{AppId, AttachmentId, ConnectionId, Moment, Timestamp, UserId};
use parlour_store::StoreError;
use parlour_store::keys::{self, LEASE_SHARDS};

use crate::push::BoxFuture;
use crate::{Error, Parlour, deliver, erasure, heartbeat, live, remove_member};

/// At most so many of each kind in one run; the next run goes on.
const BATCH: usize = 200;

/// Rooms in which one run takes entries away.
const ROOMS: usize = 100;

/// Tasks of which one run does a piece; in 5 s each, at most.
const TASKS: usize = 20;

/// Of each kind, at once.
const PARALLEL: usize = 8;

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Connections forgotten.
    pub connections: usize,
    /// Connections that were pinged.
    pub pinged: usize,
    /// Departures and room deletions completed.
    pub finished: usize,
    /// Entries taken away that counted no more.
    pub trimmed: usize,
    /// Tasks of which a piece was done.
    pub tasks: usize,
    /// Files taken away that no message has.
    pub files: usize,
}

/// Runs once. Running it twice, or two at once, does no harm. What fails, and may fail in every run, keeps nothing else from its turn.
///
/// # Errors
/// The first of [`Error::Store`], [`Error::Files`] and what an append is refused with, when all is done that could be.
pub async fn sweep(parlour: &Parlour, moment: &Moment) -> Result<Swept, Error> {
    let now = moment.now;
    let connections = leases(parlour, now).await;
    let pinged = heartbeat::pings(parlour, now).await;
    let finished = unfinished(parlour, now).await;
    let trimmed = trims(parlour, now).await;
    let told = deliver::sweep(parlour, now).await;
    let tasks = tasks(parlour, now).await;
    let files = files(parlour, now).await;
    told?;
    Ok(Swept {
        connections: connections?,
        pinged: pinged?,
        finished: finished?,
        trimmed: trimmed?,
        tasks: tasks?,
        files: files?,
    })
}

/// Does all of these, some at once, and then says what the first failure was.
async fn all<T>(runs: Vec<BoxFuture<'_, Result<T, Error>>>) -> Result<Vec<T>, Error> {
    let done: Vec<Result<T, Error>> = stream::iter(runs).buffer_unordered(PARALLEL).collect().await;
    done.into_iter().collect()
}

async fn leases(parlour: &Parlour, now: Timestamp) -> Result<usize, Error> {
    let mut runs: Vec<BoxFuture<'_, Result<usize, Error>>> = Vec::new();
    for shard in 0..LEASE_SHARDS {
        runs.push(Box::pin(leases_of(parlour, shard, now)));
    }
    Ok(all(runs).await?.into_iter().sum())
}

async fn leases_of(parlour: &Parlour, shard: u64, now: Timestamp) -> Result<usize, Error> {
    let (mut ended, mut failed) = (Vec::new(), None);
    for (app, user, connection) in parlour.store.expired_leases(shard, now, BATCH).await? {
        match end(parlour, (&app, user, &connection), now).await {
            Ok(true) => ended.push((app, user, connection)),
            Ok(false) => {}
            Err(error) => failed = Some(error),
        }
    }
    // Also those that had ended already: what was to be done about them may be lost.
    live::ended_long_ago(parlour, &ended).await;
    failed.map_or(Ok(ended.len()), |error| Err(error.into()))
}

/// Ends a connection, unless its lease holds: the index may be a moment behind a `ping`, and the row decides.
async fn end(
    parlour: &Parlour,
    (app, user, connection): (&AppId, UserId, &ConnectionId),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let store = &parlour.store;
    if store.connection(app, user, connection, now).await?.is_some() {
        return Ok(false);
    }
    store.end_connection(app, user, connection, now).await?;
    Ok(true)
}

async fn unfinished(parlour: &Parlour, now: Timestamp) -> Result<usize, Error> {
    let work = parlour.store.unfinished(BATCH).await?;
    let mut runs: Vec<BoxFuture<'_, Result<(), Error>>> = Vec::with_capacity(work.len());
    for (app, room, member) in &work {
        runs.push(Box::pin(async move {
            match member {
                Some(user) => remove_member::finish(parlour, app, *room, *user, now).await.map(|_| ()),
                None => Ok(parlour.store.finish_room_deletion(app, *room).await?),
            }
        }));
    }
    Ok(all(runs).await?.len())
}

/// Rooms that have entries to take away, a bounded piece of each.
async fn trims(parlour: &Parlour, now: Timestamp) -> Result<usize, Error> {
    let due = parlour.store.trims_due(now, ROOMS).await?;
    let mut runs: Vec<BoxFuture<'_, Result<usize, Error>>> = Vec::with_capacity(due.len());
    for due in &due {
        runs.push(Box::pin(
            async move { Ok(parlour.store.trim_room(due, now).await?.removed) },
        ));
    }
    Ok(all(runs).await?.into_iter().sum())
}

/// Tasks of which the queue has lost the next piece: one is done here, and the queue has the next one again.
async fn tasks(parlour: &Parlour, now: Timestamp) -> Result<usize, Error> {
    let due = parlour.store.tasks_due(now, TASKS).await?;
    let mut runs: Vec<BoxFuture<'_, Result<(), Error>>> = Vec::with_capacity(due.len());
    for (app, task) in &due {
        runs.push(Box::pin(erasure::piece(parlour, app, *task, now)));
    }
    Ok(all(runs).await?.len())
}

/// Files that no message took in time, and those of messages that say nothing any more.
async fn files(parlour: &Parlour, now: Timestamp) -> Result<usize, Error> {
    let due = parlour.store.attachments_due(now, BATCH).await?;
    let mut runs: Vec<BoxFuture<'_, Result<bool, Error>>> = Vec::with_capacity(due.len());
    for (app, file) in &due {
        runs.push(Box::pin(remove_file(parlour, app, *file, now)));
    }
    Ok(all(runs).await?.into_iter().filter(|removed| *removed).count())
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
