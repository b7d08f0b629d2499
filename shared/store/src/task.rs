//! Tasks: a row that says how far one is, and beside it, while it goes on, one in a sparse index and one that makes it the only
//! erasure of its user.
//!
//! The progress is written under the condition that nobody has written it since it was read. So of two runs at once one goes on and
//! the other one ends, and nothing is counted twice.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::task::Task;
use parlour_domain::{AppId, TaskId, Timestamp, UserId};

use crate::error::{StoreError, met};
use crate::query::{Part, Rows};
use crate::row::{Item, item, number, read, text, text_of};
use crate::transact::{Cancelled, delete, put_if, put_new};
use crate::{Store, keys};

/// A page of an app's tasks, the latest first.
#[derive(Debug, Clone, Default)]
pub struct TaskPage {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// Where the next page goes on, if there is one.
    pub next: Option<TaskId>,
}

/// What a start came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// It goes on from now.
    New,
    /// This one was going on already.
    Running(TaskId),
    /// Someone else is starting or ending one at this moment; safe to try again.
    Busy,
}

const NOTES: &str = "notes = :before";

/// The row of a task as it is to be, which its index and its end depend on.
fn task_item(app: &AppId, task: &Task) -> Result<Item, StoreError> {
    let mut row = item(&keys::task(app, task.id), "task", task)?;
    row.insert(keys::INDEX_PK.to_owned(), text(keys::tasks(app)));
    row.insert(keys::INDEX_SK.to_owned(), text(task.id.to_string()));
    if let Some(expires) = task.expires() {
        row.insert(keys::TTL.to_owned(), number(expires.seconds()));
    }
    Ok(row)
}

/// A task after its progress was written.
pub(crate) fn noted(task: &Task, now: Timestamp) -> Task {
    Task {
        notes: task.notes + 1,
        updated_at: now.max(task.updated_at),
        ..task.clone()
    }
}

impl Store {
    /// Starts a task, unless one for the same user goes on. `sweep` looks at it from `due` on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn start_task(&self, app: &AppId, task: &Task, due: Timestamp) -> Result<Started, StoreError> {
        let chat = &self.tables.chat;
        let mut running = item(
            &keys::running(app, task.id),
            "running",
            &HashMap::<String, String>::new(),
        )?;
        running.insert(keys::INDEX_PK.to_owned(), text(keys::all_running()));
        running.insert(keys::INDEX_SK.to_owned(), text(keys::running_due(due, app, task.id)));
        let only = HashMap::from([("task".to_owned(), task.id)]);
        let actions = vec![
            put_new(chat, item(&keys::erasure(app, task.user), "erasure", &only)?)?,
            put_new(chat, task_item(app, task)?)?,
            put_new(chat, running)?,
        ];
        match self.transact(actions).await? {
            Ok(()) => Ok(Started::New),
            Err(Cancelled::Conflict) => Ok(Started::Busy),
            Err(Cancelled::Condition { found, .. }) => {
                let running = found.as_ref().and_then(|row| text_of(row, "task"));
                let id = running.and_then(|id| TaskId::parse(id).ok());
                Ok(id.map_or(Started::Busy, Started::Running))
            }
        }
    }

    /// A task, read consistently. One that ended long ago is absent, whether or not anything deleted it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn task(&self, app: &AppId, id: TaskId, now: Timestamp) -> Result<Option<Task>, StoreError> {
        let row = self.get(&self.tables.chat, &keys::task(app, id), true).await?;
        let task: Option<Task> = row.map(read).transpose()?;
        Ok(task.filter(|task| task.expires().is_none_or(|expires| now < expires)))
    }

    /// A page of the app's tasks, the latest first, from the index (a moment behind).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tasks(
        &self,
        app: &AppId,
        after: Option<TaskId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<TaskPage, StoreError> {
        let before = after.map(|task| task.to_string());
        let query = self
            .lines(keys::tasks(app), Part::before(before.as_deref()))
            .scan_index_forward(false);
        let page = Rows::read(query, Some(limit)).await?;
        let wanted: Vec<_> = page.rows.iter().filter_map(keys::Key::of).collect();
        let mut tasks = Vec::with_capacity(wanted.len());
        for row in self.get_many(&self.tables.chat, &wanted, false).await? {
            tasks.push(read::<Task>(row)?);
        }
        tasks.retain(|task| task.expires().is_none_or(|expires| now < expires));
        tasks.sort_unstable_by_key(|task| std::cmp::Reverse(task.id));
        Ok(TaskPage {
            tasks,
            next: page.next_place().and_then(|id| TaskId::parse(&id).ok()),
        })
    }

    /// The tasks that go on and are due, at most `limit`, those first that have been due for longest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tasks_due(&self, now: Timestamp, limit: usize) -> Result<Vec<(AppId, TaskId)>, StoreError> {
        let before = keys::due_by(now);
        let places = self.places_before(keys::all_running(), &before, limit).await?;
        Ok(places.iter().filter_map(|place| keys::parse_running(place)).collect())
    }

    /// Has `sweep` look at a task that goes on from `due` on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn postpone_task(&self, app: &AppId, id: TaskId, due: Timestamp) -> Result<(), StoreError> {
        let place = text(keys::running_due(due, app, id));
        self.update_existing(
            &self.tables.chat,
            &keys::running(app, id),
            "SET iv = :due",
            [(":due", place)],
        )
        .await?;
        Ok(())
    }

    /// The write of a task's progress, which was read with the `notes` that `task` has.
    pub(crate) fn put_progress(
        &self,
        app: &AppId,
        task: &Task,
        now: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        put_if(
            &self.tables.chat,
            task_item(app, &noted(task, now))?,
            NOTES,
            [(":before", number(task.notes))],
        )
    }

    /// Writes a task's progress, which was read with the `notes` that `task` has; the task as it is then. `None`: someone else has
    /// written it since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_task(&self, app: &AppId, task: &Task, now: Timestamp) -> Result<Option<Task>, StoreError> {
        let after = noted(task, now);
        let put = self
            .client
            .put_item()
            .table_name(&self.tables.chat)
            .set_item(Some(task_item(app, &after)?))
            .condition_expression(NOTES)
            .expression_attribute_values(":before", number(task.notes))
            .send()
            .await;
        Ok(met(put)?.map(|_| after))
    }

    /// Ends a task, in the same way. From here on another one may be started for its user.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_task(&self, app: &AppId, task: &Task, now: Timestamp) -> Result<Option<Task>, StoreError> {
        let (chat, ended) = (&self.tables.chat, task.ended());
        let actions = vec![
            self.put_progress(app, &ended, now)?,
            delete(chat, &keys::running(app, task.id))?,
            delete(chat, &keys::erasure(app, task.user))?,
        ];
        Ok(self.transact(actions).await?.ok().map(|()| noted(&ended, now)))
    }

    /// Whether a user of whom there is no row has left something in rooms or reports: who was deleted has.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_left_something(&self, app: &AppId, user: UserId) -> Result<bool, StoreError> {
        let (left, reports, rooms) = tokio::join!(
            self.rooms_ever(app, user, None, 1),
            self.reports_of(app, user, 1),
            self.rooms_of(app, user, None, 1),
        );
        Ok(!(left?.is_empty() && reports?.is_empty() && rooms?.0.is_empty()))
    }
}
