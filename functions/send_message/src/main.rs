//! `send_message`: the route `send_message`, whose answer is the route response.
//!
//! Ports: store (room, member, user, log, claim, the room's connections), push, queues, and the URL of the app's hook for messages.

use std::process::ExitCode;

use parlour_lambda::functions::SEND_MESSAGE;

fn main() -> ExitCode {
    parlour_lambda::run(SEND_MESSAGE)
}
