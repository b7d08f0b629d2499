//! What no client asks for: connections that come and go, the queue, and what is due every minute.

use super::Who::{Backend, Guest, Newcomer};
use super::users::{told, told_gone};
use super::{Operation, none, operation};

pub(crate) const EVENTS: &[Operation] = &[
    operation("authorizer", Guest, none),
    // A ticket works once: whose handshake was lost asks for another one.
    operation("authorizer", Guest, none)
        .after("POST /ticket", Guest, none)
        .or(401),
    operation("$connect", Newcomer, none),
    operation("$disconnect", Guest, none),
    operation("fan_out", Backend, none).after("$disconnect", Guest, none),
    operation("fan_out", Backend, none).after("POST /user/{user_id}/erasure", Backend, none),
    operation("events", Backend, told),
    operation("events", Backend, told_gone).after("events", Backend, told),
    operation("sweep", Backend, none).after("a departure begins", Backend, none),
    operation("sweep", Backend, none).after("a deletion begins", Backend, none),
];
