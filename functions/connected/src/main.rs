//! `connected`: called asynchronously by `connect`, with the event of `$connect`, for connections that hear something first.
//!
//! Ports: push. It reads and writes no table.

use std::process::ExitCode;

use parlour_lambda::functions::CONNECTED;

fn main() -> ExitCode {
    parlour_lambda::run(CONNECTED)
}
