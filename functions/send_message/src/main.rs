//! `send_message`: the route `send_message`, whose answer is the route response.
//!
//! Ports: store (room, member, user, log, claim, the room's connections), push.
//! IAM, chat table: `dynamodb:GetItem`, `Query`, `PutItem`.
//! IAM, connections table: `dynamodb:GetItem`, `Query`, `DeleteItem`, `BatchWriteItem` (connections that are gone).
//! IAM, the API: `execute-api:ManageConnections`.

use std::process::ExitCode;

fn main() -> ExitCode {
    parlour_lambda::run("send_message")
}
