//! `fan_out`: the queue of large fan-outs, and of who comes and goes. It posts to the connections that were not told before the
//! answer, finds out who is still there, and writes down when a user was last seen.
//!
//! Ports: push, store, queue (whom it finds gone goes there as well).
//! IAM, chat table: `dynamodb:GetItem`, `BatchGetItem`, `UpdateItem`.
//! IAM, connections table: `dynamodb:GetItem`, `Query`, `UpdateItem`, `DeleteItem`, `BatchWriteItem`.
//! IAM, others: `execute-api:ManageConnections` on the API, `sqs:ReceiveMessage`, `DeleteMessage`, `GetQueueAttributes`
//! and `SendMessage` on its queue, `SendMessage` on that of `deliver`.

use std::process::ExitCode;

use parlour_lambda::functions::FAN_OUT;

fn main() -> ExitCode {
    parlour_lambda::run(FAN_OUT)
}
