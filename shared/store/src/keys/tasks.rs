//! Keys of tasks, and of what an erasure goes by: where a user was, and what the user reported.

use parlour_domain::report::ReportId;
use parlour_domain::{AppId, RoomNumber, TaskId, Timestamp, UserId};

use super::{Key, due_at, key, parse_due, user};

/// A task.
#[must_use]
pub fn task(app: &AppId, id: TaskId) -> Key {
    key(format!("app#{app}#task#{id}"), "task")
}

/// Index partition: the tasks of an app, by id.
#[must_use]
pub fn tasks(app: &AppId) -> String {
    format!("app#{app}#tasks")
}

/// The row of a task that goes on.
#[must_use]
pub fn running(app: &AppId, id: TaskId) -> Key {
    key(task(app, id).pk, "running")
}

/// Index partition of tasks that go on; `sweep` reads it.
#[must_use]
pub fn all_running() -> String {
    "running".to_owned()
}

/// Index place of a task that goes on, by when `sweep` is to look at it.
#[must_use]
pub fn running_due(due: Timestamp, app: &AppId, id: TaskId) -> String {
    due_at(due, app, id)
}

/// App and task of an index place of [`running_due`].
#[must_use]
pub fn parse_running(place: &str) -> Option<(AppId, TaskId)> {
    let (app, id) = parse_due(place)?;
    Some((app, TaskId::parse(id).ok()?))
}

/// The row that makes the running erasure of a user the only one.
#[must_use]
pub fn erasure(app: &AppId, of: UserId) -> Key {
    key(user(app, of).pk, "erasure")
}

/// The partition of the rooms in which there may be something that a user said.
#[must_use]
pub fn rooms_ever_pk(app: &AppId, of: UserId) -> String {
    format!("app#{app}#was#{of}")
}

/// One of them.
#[must_use]
pub fn room_ever(app: &AppId, of: UserId, room: RoomNumber) -> Key {
    key(rooms_ever_pk(app, of), room_place(room))
}

/// A room's place among them, so that text order is number order.
#[must_use]
pub fn room_place(room: RoomNumber) -> String {
    format!("{:015}", room.get())
}

/// The room at a place of [`room_place`].
#[must_use]
pub fn parse_room_place(place: &str) -> Option<RoomNumber> {
    RoomNumber::new(place.parse().ok()?)
}

/// The partition of the reports that a user made.
#[must_use]
pub fn reported_pk(app: &AppId, by: UserId) -> String {
    format!("app#{app}#reported#{by}")
}

/// One of them.
#[must_use]
pub fn reported(app: &AppId, id: &ReportId) -> Key {
    key(reported_pk(app, id.by), id.text(app))
}
