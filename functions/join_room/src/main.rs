//! `join_room`: the route `join_room`, whose answer is the route response.
//!
//! Ports: store (room, member, log, subscription), queue (who comes is told from there). It posts to nobody.
//! IAM, chat table: `dynamodb:GetItem`, `BatchGetItem`, `Query`, `ConditionCheckItem`.
//! IAM, connections table: `dynamodb:GetItem`, `Query`, `UpdateItem`, `BatchWriteItem`.
//! IAM, others: `sqs:SendMessage` on the `fan_out` queue.

use std::process::ExitCode;

use parlour_lambda::functions::JOIN_ROOM;

fn main() -> ExitCode {
    parlour_lambda::run(JOIN_ROOM)
}
