//! `deliver`: the queue of what webhooks and the event bus are to hear. It turns the logs of rooms into deliveries, and tries each until
//! the receiver has it or a day is over.
//!
//! Ports: store, queue (what comes later), the event bus, and the servers that apps name: the one function whose own work is to call them.

use std::process::ExitCode;

use parlour_lambda::functions::DELIVER;

fn main() -> ExitCode {
    parlour_lambda::run(DELIVER)
}
