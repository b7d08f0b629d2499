//! `sweep`: scheduled every minute. Connections whose lease has ended are forgotten, departures that a crash cut short completed.
//!
//! Ports: store, push (a room is told who left).
//! IAM, chat table and its index: `dynamodb:GetItem`, `Query`, `PutItem`, `UpdateItem`, `DeleteItem`,
//! `BatchWriteItem`.
//! IAM, connections table and its index: `dynamodb:GetItem`, `Query`, `DeleteItem`, `BatchWriteItem`.
//! IAM, the API: `execute-api:ManageConnections`.

use std::process::ExitCode;

fn main() -> ExitCode {
    parlour_lambda::run("sweep")
}
