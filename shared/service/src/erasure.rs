//! `POST /user/{user_id}/erasure` and `DELETE /user/{user_id}?messages=erase`: nothing is left of what a user said, as a hard deletion
//! leaves nothing of a message. A task does it piece by piece; `GET /task` shows how far it is.
//!
//! A piece is a task of the `fan_out` queue, and puts the next one there. If one is lost, `sweep` goes on a minute later.

use std::time::Duration;

use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::task::{Step, Task, TaskStatus};
use parlour_domain::{AppId, Moment, RoomNumber, Seq, TaskId, Timestamp, UserId};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{EntryView, PageView, TaskView};
use parlour_store::Started;
use serde_json::Value;
use tokio::time::timeout;

use crate::export::known;
use crate::fan_out::tell_entry;
use crate::idempotency::{Done, Key, claim, replay, settle};
use crate::message::{TRIES, step_back};
use crate::users::close_connections;
use crate::{Error, Parlour, live, remove_member};

/// Entries that one piece looks at.
const ENTRIES: usize = 4_000;
/// What every step counts for at least: it reads and writes, too.
const LEAST: usize = 20;
/// Entries of one read.
const PAGE: usize = 200;
/// Stars, reports, blocks, memberships and messages with reactions of one step.
const FEW: usize = 50;
/// A piece takes no longer; what it has not written down by then is done again.
const LIMIT: Duration = Duration::from_secs(5);
/// After so many seconds without a piece, `sweep` goes on.
const OVERDUE_SECONDS: i64 = 60;

/// Starts to erase what a user has said until now, a user who was deleted before included. While one goes on, it is that one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Busy`], [`Error::Store`].
pub async fn start(parlour: &Parlour, moment: &mut Moment, actor: &Actor, user: UserId) -> Result<TaskView, Error> {
    on_app(actor, Operation::EraseUser, Some(user))?;
    let app = actor.app();
    known(parlour, app, user).await?;
    let task = put(parlour, moment, app, (user, Some(moment.now)), false).await?;
    live::erase(parlour, app, task.id).await;
    Ok(TaskView::new(&task))
}

/// Deletes a user and erases all that the user ever said. The task is there first: a repeat after a crash goes on with it, and
/// closes the sockets also where the user is gone already.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::ClientIdConflict`], [`Error::Busy`], [`Error::Store`].
pub async fn delete_user(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    user: UserId,
    key: Option<&Key>,
) -> Result<Done<TaskView>, Error> {
    on_app(actor, Operation::DeleteUser, Some(user))?;
    on_app(actor, Operation::EraseUser, Some(user))?;
    let app = actor.app();
    if let Some(done) = replay(parlour, actor, key, moment.now).await? {
        close_connections(parlour, app, user, moment.now).await?;
        return Ok(done);
    }
    let Some(row) = parlour.store.user(app, user).await? else {
        close_connections(parlour, app, user, moment.now).await?;
        return Err(Error::NotFound);
    };
    let task = put(parlour, moment, app, (user, None), true).await?;
    remove_member::from_all_groups(parlour, moment, actor, user).await?;
    let view = TaskView::new(&task);
    let claim = claim(actor, key, &view, moment.now);
    let written = parlour.store.delete_user(app, &row, claim.as_ref()).await?;
    let mut done = settle(written, view, Error::NotFound)?;
    close_connections(parlour, app, user, moment.now).await?;
    let mut id = task.id;
    if task.notes > 0 {
        // It was going on before, and may have come to its end while the user could still write.
        let task = put(parlour, moment, app, (user, None), true).await?;
        (id, done.value) = (task.id, TaskView::new(&task));
    }
    live::erase(parlour, app, id).await;
    Ok(done)
}

/// Puts a task, or finds the one that goes on; `again`: that one begins anew, and now nothing stays.
async fn put(
    parlour: &Parlour,
    moment: &mut Moment,
    app: &AppId,
    (user, until): (UserId, Option<Timestamp>),
    again: bool,
) -> Result<Task, Error> {
    let (store, now) = (&parlour.store, moment.now);
    let task = Task::new(moment, user, until);
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let id = match store.start_task(app, &task, now.plus_seconds(OVERDUE_SECONDS)).await? {
            Started::New => return Ok(task),
            Started::Running(id) => id,
            Started::Busy => continue,
        };
        let running = store.task(app, id, now).await?;
        let Some(running) = running.filter(|task| task.status == TaskStatus::Running) else {
            continue;
        };
        if !again {
            return Ok(running);
        }
        if let Some(task) = store.note_task(app, &running.again(), now).await? {
            return Ok(task);
        }
    }
    Err(Error::Busy)
}

/// `GET /task/{task_id}`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn get(parlour: &Parlour, actor: &Actor, id: TaskId, now: Timestamp) -> Result<TaskView, Error> {
    on_app(actor, Operation::GetTask, None)?;
    let task = parlour.store.task(actor.app(), id, now).await?;
    task.as_ref().map(TaskView::new).ok_or(Error::NotFound)
}

/// `GET /task`: those that go on and those that ended in the last 30 days, the latest first. `after` is the `next` of a page.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    after: Option<&str>,
    limit: usize,
    now: Timestamp,
) -> Result<PageView<TaskView>, Error> {
    on_app(actor, Operation::GetTask, None)?;
    let after = after.map(TaskId::parse).transpose();
    let after = after.map_err(|_| InvalidInput::new("after", "must be the `next` of a page"))?;
    let page = parlour.store.tasks(actor.app(), after, limit, now).await?;
    Ok(PageView {
        items: page.tasks.iter().map(TaskView::new).collect(),
        next: page.next.map(|task| Value::from(task.to_string())),
    })
}

/// Does a piece of a task, and has the next one done. Two at once do no harm: one of them ends.
pub(crate) async fn piece(parlour: &Parlour, app: &AppId, id: TaskId, now: Timestamp) -> Result<(), Error> {
    let more = match timeout(LIMIT, steps(parlour, app, id, now)).await {
        Ok(more) => more?,
        Err(_) => true,
    };
    if more {
        let due = now.plus_seconds(OVERDUE_SECONDS);
        parlour.store.postpone_task(app, id, due).await?;
        live::erase(parlour, app, id).await;
    }
    Ok(())
}

/// Whether there is more to do, and nobody else at it.
async fn steps(parlour: &Parlour, app: &AppId, id: TaskId, now: Timestamp) -> Result<bool, Error> {
    let Some(mut task) = parlour.store.task(app, id, now).await? else {
        return Ok(false);
    };
    let work = Work { parlour, app, now };
    let mut looked_at = 0;
    while task.status == TaskStatus::Running {
        if looked_at >= ENTRIES {
            return Ok(true);
        }
        let (next, entries) = work.step(&task).await?;
        let Some(next) = next else { return Ok(false) };
        looked_at += entries.max(LEAST);
        task = next;
    }
    Ok(false)
}

/// The task after a step, `None` if someone else is at it, and how many entries were looked at.
type Stepped = (Option<Task>, usize);

struct Work<'a> {
    parlour: &'a Parlour,
    app: &'a AppId,
    now: Timestamp,
}

impl Work<'_> {
    async fn step(&self, task: &Task) -> Result<Stepped, Error> {
        match &task.next {
            Step::Gather { after } => self.gather(task, after.as_deref()).await,
            Step::Own => self.own(task).await,
            Step::Next { after } => self.next_room(task, *after).await,
            Step::Log { room, after, messages } => self.log(task, *room, (*after, *messages)).await,
            Step::Reactions { room, messages, taken } => self.reactions(task, *room, (*messages, *taken)).await,
        }
    }

    async fn note(&self, task: &Task) -> Result<Option<Task>, Error> {
        Ok(self.parlour.store.note_task(self.app, task, self.now).await?)
    }

    async fn gather(&self, task: &Task, after: Option<&str>) -> Result<Stepped, Error> {
        let store = &self.parlour.store;
        let (rooms, next) = store.rooms_of(self.app, task.user, after, FEW).await?;
        store.note_rooms(self.app, task.user, &rooms).await?;
        let mut task = task.then(next.map_or(Step::Own, |after| Step::Gather { after: Some(after) }));
        if task.next == Step::Own {
            task.rooms = store.count_rooms_ever(self.app, task.user).await?;
        }
        Ok((self.note(&task).await?, FEW))
    }

    async fn own(&self, task: &Task) -> Result<Stepped, Error> {
        let (store, app, user) = (&self.parlour.store, self.app, task.user);
        let more = store.take_stars(app, user, FEW).await?
            || store.take_comments(app, user, FEW, self.now).await?
            || self.unblock(user).await?;
        if more {
            return Ok((Some(task.clone()), FEW));
        }
        Ok((self.note(&task.then(Step::Next { after: None })).await?, 0))
    }

    /// Takes away the blocks of a user who is deleted; whether there were any. Those of others go on to protect them.
    async fn unblock(&self, user: UserId) -> Result<bool, Error> {
        let (store, app) = (&self.parlour.store, self.app);
        if store.user(app, user).await?.is_some() {
            return Ok(false);
        }
        let blocks = store.blocks(app, user, None, FEW).await?.blocks;
        for block in &blocks {
            let direct = store.direct_room(app, user, block.user).await?;
            store.set_block(app, (user, block.user), None, direct).await?;
        }
        Ok(!blocks.is_empty())
    }

    async fn next_room(&self, task: &Task, after: Option<RoomNumber>) -> Result<Stepped, Error> {
        let store = &self.parlour.store;
        let found = store.rooms_ever(self.app, task.user, after, 1).await?;
        let Some(room) = found.first().copied() else {
            return Ok((store.end_task(self.app, task, self.now).await?, 0));
        };
        let (after, messages) = (Seq::ZERO, 0);
        Ok((Some(task.then(Step::Log { room, after, messages })), 0))
    }

    async fn log(&self, task: &Task, room: RoomNumber, (after, messages): (Seq, u64)) -> Result<Stepped, Error> {
        let store = &self.parlour.store;
        let page = store.entries_after(self.app, room, after, PAGE).await?;
        let erasing = task.erasing();
        let erased = store.erase_entries(self.app, room, &erasing, &page.entries).await?;
        let messages = messages + erased;
        let last = page.entries.last().filter(|_| page.more);
        let taken = false;
        let next = match last.map(|entry| entry.seq) {
            Some(after) => Step::Log { room, after, messages },
            None => Step::Reactions { room, messages, taken },
        };
        let task = task.at(next, task.rooms_done, task.messages + erased);
        let looked_at = page.entries.len();
        // Where nothing was found, it is quicker done again than written down.
        if last.is_none() && erased == 0 {
            return Ok((Some(task), looked_at));
        }
        Ok((self.note(&task).await?, looked_at))
    }

    async fn reactions(&self, task: &Task, room: RoomNumber, (messages, taken): (u64, bool)) -> Result<Stepped, Error> {
        let (store, user) = (&self.parlour.store, task.user);
        if taken {
            if store.take_reactions(self.app, room, user, FEW).await? {
                return Ok((Some(task.clone()), FEW));
            }
        } else if store.has_reactions(self.app, room, user).await? {
            // Before the first one goes: who does it again finds none, and the room is still told.
            let taken = true;
            let next = Step::Reactions { room, messages, taken };
            return Ok((self.note(&task.then(next)).await?, 0));
        }
        let left = task.left(room);
        if messages == 0 && !taken {
            return Ok((self.note(&left).await?, 0));
        }
        let told = store.tell_erasure(self.app, room, messages, &left, self.now).await?;
        let Some((task, entry)) = told else {
            return Ok((None, 0));
        };
        if let Some(entry) = entry {
            let entry = EntryView::new(self.app, room, &entry, None);
            tell_entry(self.parlour, self.app, room, &entry, None, self.now).await;
        }
        Ok((Some(task), 0))
    }
}
