//! `join_room`: the route `join_room`, whose answer is the route response.
//!
//! Ports: store (room, member, log, subscription), queue (who comes is told from there). It posts to nobody.

use std::process::ExitCode;

use parlour_lambda::functions::JOIN_ROOM;

fn main() -> ExitCode {
    parlour_lambda::run(JOIN_ROOM)
}
