//! `fan_out`: the queue of large fan-outs. It posts to the connections that were not told before the answer.
//!
//! Ports: push, store (what turns out to be gone is forgotten).
//! IAM, connections table: `dynamodb:GetItem`, `DeleteItem`, `BatchWriteItem`.
//! IAM, others: `execute-api:ManageConnections` on the API, `sqs:ReceiveMessage`, `DeleteMessage` and `GetQueueAttributes` on its queue.

use std::process::ExitCode;

use parlour_lambda::functions::FAN_OUT;

fn main() -> ExitCode {
    parlour_lambda::run(FAN_OUT)
}
