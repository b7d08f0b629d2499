//! `connect`: the route `$connect`, behind the authorizer.
//!
//! Ports: store (the connection's row). Nothing is posted: API Gateway answers 410 until this function has returned.
//! IAM: `dynamodb:PutItem` on the connections table.

use std::process::ExitCode;

fn main() -> ExitCode {
    parlour_lambda::run("connect")
}
