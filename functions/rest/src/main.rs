//! `rest`: every route of the HTTP API (payload format 2.0, stage `$default`).
//!
//! Ports: store, push, queue, files, and the signing keys.
//! IAM, chat table and its index: `dynamodb:GetItem`, `BatchGetItem`, `Query`, `PutItem`, `UpdateItem`, `DeleteItem`,
//! `BatchWriteItem`.
//! IAM, connections table: `dynamodb:GetItem`, `Query`, `PutItem`, `UpdateItem`, `BatchWriteItem`.
//! IAM, bucket of files: `s3:GetObject`, `PutObject`, `ListBucket`.
//! IAM, others: `execute-api:ManageConnections` on the WebSocket API, `sqs:SendMessage` on the queues of `fan_out` and `deliver`, `ssm:GetParameter`
//! on the signing keys.

use std::process::ExitCode;

fn main() -> ExitCode {
    parlour_lambda::run_rest()
}
