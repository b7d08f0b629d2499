//! `events`: the queue of events of the integrator's own system. Users are made, changed and deleted, and who is whose friend is kept,
//! as by `POST /events`.
//!
//! Ports: store, push and the queues (rooms and webhooks are told who left, and the connections of who is deleted close).

use std::process::ExitCode;

use parlour_lambda::functions::EVENTS;

fn main() -> ExitCode {
    parlour_lambda::run(EVENTS)
}
