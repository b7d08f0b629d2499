//! What runs from the queue, or is called asynchronously, by the kind of its messages. Two kinds need more connections than a scene
//! has, and stand elsewhere: `gathered` in `gathered.rs`, and the events themselves, which have no kind, in `large.rs`.

use serde_json::{Value, json};

use super::Who::{Backend, Guest, Member, Newcomer, Owner};
use super::{Operation, none, operation};
use crate::scene::Scene;

/// A job, and what it owes to those who hear of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Job {
    /// As the messages of the queue name it; or the function.
    pub(crate) kind: &'static str,
    pub(crate) operation: Operation,
    /// The event that is told.
    pub(crate) event: &'static str,
    /// Whether a crash may take the push: something of the job can be done only once, and is done before others are told.
    pub(crate) may_lose: bool,
}

const fn job(kind: &'static str, event: &'static str, operation: Operation) -> Job {
    Job {
        kind,
        operation,
        event,
        may_lose: false,
    }
}

impl Job {
    const fn may_lose(self) -> Self {
        Self { may_lose: true, ..self }
    }
}

const FAN_OUT: Operation = operation("fan_out", Backend, none);

pub(crate) const JOBS: &[Job] = &[
    job(
        "arrived",
        "presence",
        FAN_OUT
            .after("POST /room/{room_id}/join", Newcomer, none)
            .after("watch_presence", Member, newcomer)
            .after("$connect", Newcomer, none),
    ),
    job(
        "arrived",
        "user_connected",
        FAN_OUT
            .after("POST /room/{room_id}/join", Newcomer, none)
            .after("$connect", Newcomer, none)
            .after("join_room", Newcomer, room),
    ),
    // The row goes before others are told: so who comes back meanwhile is known not to have been away.
    job(
        "ended",
        "presence",
        FAN_OUT
            .after("watch_presence", Member, guest)
            .after("$disconnect", Guest, none),
    )
    .may_lose(),
    job("ended", "user_disconnected", FAN_OUT.after("$disconnect", Guest, none)).may_lose(),
    job("left", "user_disconnected", FAN_OUT.after("leave_room", Guest, room)),
    // The task is past the room as soon as the entry stands.
    job(
        "erase",
        "messages_erased",
        FAN_OUT.after("POST /user/{user_id}/erasure", Backend, none),
    )
    .may_lose(),
    job(
        "tell",
        "removed_from_room",
        FAN_OUT.after("DELETE /room/{room_id}/member/{user_id}", Owner, none),
    ),
    job(
        "tell",
        "invited_to_room",
        FAN_OUT
            .after("$connect", Newcomer, none)
            .after("POST /room/{room_id}/invite", Owner, to_newcomer),
    ),
    job(
        "connected",
        "hello",
        operation("connected", Newcomer, none).after("$connect", Newcomer, none),
    ),
];

fn room(scene: &Scene) -> Value {
    json!({ "room_id": scene.room })
}

fn newcomer(scene: &Scene) -> Value {
    json!({ "user_ids": [scene.newcomer.id()] })
}

fn guest(scene: &Scene) -> Value {
    json!({ "user_ids": [scene.guest.id()] })
}

fn to_newcomer(scene: &Scene) -> Value {
    json!({ "user_id": scene.newcomer.id() })
}
