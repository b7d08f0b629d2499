//! `sweep`: scheduled every minute. It does what nobody else came to do: connections whose lease has ended are forgotten, what a crash cut
//! short is completed, entries under a room's floor and files that no message has are taken away, tasks and deliveries go on.
//!
//! Ports: store, push, queues and files.

use std::process::ExitCode;

use parlour_lambda::functions::SWEEP;

fn main() -> ExitCode {
    parlour_lambda::run(SWEEP)
}
