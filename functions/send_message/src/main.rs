//! `send_message`: the route `send_message`, whose answer is the route response.
//!
//! Ports: store (room, member, user, log, claim, the room's connections), push, queue.
//! IAM, chat table: `dynamodb:GetItem`, `Query`, `PutItem`.
//! IAM, connections table: `dynamodb:GetItem`, `Query`, `UpdateItem`, `BatchWriteItem` (connections that are gone).
//! IAM, others: `execute-api:ManageConnections` on the API, `sqs:SendMessage` on the queues of `fan_out` and `deliver`.

use std::process::ExitCode;

use parlour_lambda::functions::SEND_MESSAGE;

fn main() -> ExitCode {
    parlour_lambda::run(SEND_MESSAGE)
}
