//! `fan_out`: the queue of large fan-outs, of who comes and goes, and of long tasks. It posts to the connections that were not told
//! before the answer, finds out who is still there, writes down when a user was last seen, and goes on with erasures.
//!
//! Ports: store, push and the queues (whom it finds gone, and what is left of a task, goes there as well).

use std::process::ExitCode;

use parlour_lambda::functions::FAN_OUT;

fn main() -> ExitCode {
    parlour_lambda::run(FAN_OUT)
}
