//! `disconnect`: the route `$disconnect`, which API Gateway calls as best it can; `sweep` does the same when it does not.
//!
//! Ports: store (the connection's row and subscriptions), queue (who goes is told from there, later). It posts to nobody.

use std::process::ExitCode;

use parlour_lambda::functions::DISCONNECT;

fn main() -> ExitCode {
    parlour_lambda::run(DISCONNECT)
}
