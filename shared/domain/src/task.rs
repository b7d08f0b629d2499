//! Work that takes longer than a request: how far it is, so that it can be asked for and goes on where it was.

use serde::{Deserialize, Serialize};

use crate::id::timed_id;
use crate::log::Erasing;
use crate::{Moment, RoomNumber, Seq, Timestamp, UserId, limits};

timed_id!(
    /// A task of one app.
    TaskId
);

/// Whether it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// It does.
    Running,
    /// All is done.
    Done,
}

/// What an erasure does next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Notes the rooms that the user is in beside those where the user was.
    Gather {
        /// After this place in the order of joining.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
    /// Takes away what is in no room: stars, the comments of reports, blocks.
    Own,
    /// Looks for the next room.
    Next {
        /// After this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<RoomNumber>,
    },
    /// Goes through a room's log.
    Log {
        /// The room.
        room: RoomNumber,
        /// After this entry.
        after: Seq,
        /// Messages of the room that say nothing any more.
        messages: u64,
    },
    /// Takes the user's reactions off a room's messages.
    Reactions {
        /// The room.
        room: RoomNumber,
        /// As before.
        messages: u64,
        /// Whether there were any.
        taken: bool,
    },
}

impl Step {
    /// The first one.
    pub const FIRST: Self = Self::Gather { after: None };
}

/// The erasure of all that a user said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Given at its start.
    pub id: TaskId,
    /// Whose messages.
    pub user: UserId,
    /// What was sent later stays; none: nothing stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Whether it goes on.
    pub status: TaskStatus,
    /// What comes next.
    pub next: Step,
    /// Rooms in which there may be something, as far as they are known.
    pub rooms: u64,
    /// Of these, how many are done.
    pub rooms_done: u64,
    /// Messages that say nothing any more.
    pub messages: u64,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was last got on with.
    pub updated_at: Timestamp,
    /// How often its progress was written: the row's version.
    pub notes: u64,
}

impl Task {
    /// A task that begins now.
    #[must_use]
    pub fn new(moment: &mut Moment, user: UserId, until: Option<Timestamp>) -> Self {
        Self {
            id: TaskId::generate(moment),
            user,
            until,
            status: TaskStatus::Running,
            next: Step::FIRST,
            rooms: 0,
            rooms_done: 0,
            messages: 0,
            created_at: moment.now,
            updated_at: moment.now,
            notes: 0,
        }
    }

    /// The same from its beginning, and now nothing stays.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            until: None,
            ..self.at(Step::FIRST, 0, 0)
        }
    }

    /// The task at this step.
    #[must_use]
    pub fn at(&self, next: Step, rooms_done: u64, messages: u64) -> Self {
        Self {
            next,
            rooms: self.rooms.max(rooms_done),
            rooms_done,
            messages,
            ..self.clone()
        }
    }

    /// The task at this step, with all that was counted.
    #[must_use]
    pub fn then(&self, next: Step) -> Self {
        self.at(next, self.rooms_done, self.messages)
    }

    /// The task when a room is done in which so many messages say nothing any more.
    #[must_use]
    pub fn left(&self, room: RoomNumber) -> Self {
        self.at(Step::Next { after: Some(room) }, self.rooms_done + 1, self.messages)
    }

    /// The task when nothing is left to do.
    #[must_use]
    pub fn ended(&self) -> Self {
        Self {
            status: TaskStatus::Done,
            ..self.clone()
        }
    }

    /// What it erases.
    #[must_use]
    pub const fn erasing(&self) -> Erasing {
        Erasing {
            user: self.user,
            until: self.until,
            at: self.created_at,
        }
    }

    /// When it is forgotten; none: it goes on.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        let expires = self.updated_at.plus_seconds(limits::TASK_SECONDS);
        (self.status == TaskStatus::Done).then_some(expires)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Entropy;

    #[test]
    fn a_task_that_begins_again_counts_again() {
        let mut moment = Moment {
            now: Timestamp::from_millis(1_000),
            entropy: Entropy::from_seed([7; 32]),
        };
        let user = UserId::generate(&mut moment);
        let task = Task::new(&mut moment, user, Some(Timestamp::from_millis(1_000)));
        let room = RoomNumber::new(3).unwrap();
        let later = task.at(task.next.clone(), 4, 9).left(room);
        assert_eq!((later.rooms, later.rooms_done, later.messages), (5, 5, 9));
        assert_eq!(later.next, Step::Next { after: Some(room) });
        let again = later.again();
        assert_eq!((again.until, again.rooms_done, again.messages), (None, 0, 0));
        assert_eq!((again.next, again.id), (Step::FIRST, task.id));
        assert_eq!(task.expires(), None);
        assert!(task.ended().expires().is_some());
        assert_eq!(TaskId::parse(&task.id.to_string()), Ok(task.id));
        assert!(TaskId::parse("x").is_err());
    }
}
