//! `default`: the routes of all other native actions, each with a route response, and `$default`, which has none and is answered
//! by a post.
//!
//! Ports: store, push, queue, and the signing keys (`reauth` verifies a token).
//! IAM, chat table: `dynamodb:GetItem`, `BatchGetItem`, `Query`, `PutItem`, `UpdateItem`, `DeleteItem`, `ConditionCheckItem`,
//! `BatchWriteItem` (the members of a deleted room).
//! IAM, its index: `dynamodb:Query` (who shares a room with whom).
//! IAM, connections table: `dynamodb:GetItem`, `BatchGetItem`, `Query`, `PutItem`, `UpdateItem`, `BatchWriteItem`.
//! IAM, others: `execute-api:ManageConnections` on the API, `sqs:SendMessage` on the queues of `fan_out` and `deliver`, `ssm:GetParameter` on the
//! signing keys.

use std::process::ExitCode;

use parlour_lambda::functions::DEFAULT;

fn main() -> ExitCode {
    parlour_lambda::run(DEFAULT)
}
