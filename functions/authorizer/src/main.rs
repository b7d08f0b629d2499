//! `authorizer`: the request authorizer of the WebSocket API, asked before `$connect`. It has no identity source.
//!
//! Ports: store (user, app, ticket); the key set or verification URL of the app that a handshake names. It posts to nobody.
//! IAM: `dynamodb:GetItem` and `dynamodb:PutItem` (a user at first sight) on the chat table, `dynamodb:DeleteItem` on the connections
//! table (a ticket is used up), and `ssm:GetParameter` on the signing keys.

use std::process::ExitCode;

use parlour_lambda::functions::AUTHORIZER;

fn main() -> ExitCode {
    parlour_lambda::run(AUTHORIZER)
}
