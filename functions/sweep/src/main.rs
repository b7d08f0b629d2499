//! `sweep`: scheduled every minute. Connections whose lease has ended are forgotten, departures that a crash cut short completed.
//!
//! Ports: store, push and queue (a room is told who left).
//! IAM, chat table and its index: `dynamodb:GetItem`, `Query`, `PutItem`, `UpdateItem`, `DeleteItem`,
//! `BatchWriteItem`.
//! IAM, connections table and its index: `dynamodb:GetItem`, `Query`, `UpdateItem`, `BatchWriteItem`.
//! IAM, others: `execute-api:ManageConnections` on the API, `sqs:SendMessage` on the queues of `fan_out` and `deliver`.

use std::process::ExitCode;

use parlour_lambda::functions::SWEEP;

fn main() -> ExitCode {
    parlour_lambda::run(SWEEP)
}
