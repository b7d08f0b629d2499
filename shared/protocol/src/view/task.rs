//! Tasks, and what is told of a user beside the profile.

use parlour_domain::member::Member;
use parlour_domain::task::{Task, TaskStatus};
use parlour_domain::{AppId, RoomId, RoomNumber};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::request::RoleOption;

/// Whether a task goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatusOption {
    /// It does.
    Running,
    /// All is done.
    Done,
}

/// Work that takes longer than a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TaskView {
    /// UUID.
    pub task_id: String,
    /// `erasure`.
    pub kind: String,
    /// Whose messages.
    pub user_id: String,
    /// Whether it goes on.
    pub status: TaskStatusOption,
    /// Rooms in which there may be something, as far as they are known.
    pub rooms: u64,
    /// Of these, how many are done.
    pub rooms_done: u64,
    /// Messages that say nothing any more.
    pub messages: u64,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

impl TaskView {
    /// A task.
    #[must_use]
    pub fn new(task: &Task) -> Self {
        Self {
            task_id: task.id.to_string(),
            kind: "erasure".to_owned(),
            user_id: task.user.to_string(),
            status: match task.status {
                TaskStatus::Running => TaskStatusOption::Running,
                TaskStatus::Done => TaskStatusOption::Done,
            },
            rooms: task.rooms,
            rooms_done: task.rooms_done,
            messages: task.messages,
            created_at: task.created_at.to_string(),
            updated_at: task.updated_at.to_string(),
        }
    }
}

/// A room that a user is in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MembershipView {
    /// The room.
    pub room_id: String,
    /// As what.
    pub role: RoleOption,
    /// Since when. RFC 3339.
    pub joined_at: String,
}

impl MembershipView {
    /// A member of a room of `app`.
    #[must_use]
    pub fn new(app: &AppId, room: RoomNumber, member: &Member) -> Self {
        Self {
            room_id: RoomId::new(app, room).to_string(),
            role: member.role.into(),
            joined_at: member.joined_at.to_string(),
        }
    }
}
