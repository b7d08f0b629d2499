//! Every operation that makes calls, as a client makes it: each REST route but the ones that read, each action, and the events.

mod actions;
mod events;
mod files;
mod jobs;
mod members;
mod messages;
mod rooms;
mod users;
mod webhooks;

use serde_json::Value;

use crate::scene::Scene;

pub(crate) use actions::ACTIONS;
pub(crate) use events::EVENTS;
pub(crate) use files::{FILES, IMAGE, UPLOADED};
pub(crate) use jobs::{JOBS, Job};
pub(crate) use members::MEMBERS;
pub(crate) use messages::MESSAGES;
pub(crate) use rooms::ROOMS;
pub(crate) use users::USERS;
pub(crate) use webhooks::WEBHOOKS;

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Backend,
    Owner,
    Member,
    Guest,
    Newcomer,
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// Method and path as the description has them, the action, or the event.
    pub(crate) name: &'static str,
    pub(crate) who: Who,
    /// Its body; null: none; a text: a form.
    pub(crate) body: fn(&Scene) -> Value,
}

/// A request, and what is before and after it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) step: Step,
    /// What must have happened for it, in this order.
    pub(crate) first: [Option<Step>; 4],
    /// The status by which a repeat that finds it done says so, if not as the first time.
    pub(crate) done_already: Option<u16>,
}

pub(crate) const fn operation(name: &'static str, who: Who, body: fn(&Scene) -> Value) -> Operation {
    Operation {
        step: Step { name, who, body },
        first: [None; 4],
        done_already: None,
    }
}

impl Operation {
    /// What must have happened for it, after what is named before.
    pub(crate) const fn after(mut self, name: &'static str, who: Who, body: fn(&Scene) -> Value) -> Self {
        let mut place = 0;
        while self.first[place].is_some() {
            place += 1;
        }
        self.first[place] = Some(Step { name, who, body });
        self
    }

    pub(crate) const fn or(self, status: u16) -> Self {
        Self {
            done_already: Some(status),
            ..self
        }
    }
}

/// No body.
pub(crate) fn none(_: &Scene) -> Value {
    Value::Null
}

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = &'static Operation> {
    [USERS, ROOMS, MEMBERS, MESSAGES, FILES, WEBHOOKS, ACTIONS, EVENTS]
        .into_iter()
        .flatten()
}
