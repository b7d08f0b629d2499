//! `connect`: the route `$connect`, behind the authorizer.
//!
//! Ports: store (the connection's row), calls (`connected`, for a client that asks for a `hello`), queue (who comes is told
//! from there). Nothing is posted: API Gateway answers 410 until this function has returned.

use std::process::ExitCode;

use parlour_lambda::functions::CONNECT;

fn main() -> ExitCode {
    parlour_lambda::run(CONNECT)
}
