//! `authorizer`: the request authorizer of the WebSocket API, asked before `$connect`. It has no identity source.
//!
//! Ports: store (app, user, a ticket that is used up, a user who is made at first sight), the signing keys, and the key set or
//! verification URL of the app that a handshake names. It posts to nobody.

use std::process::ExitCode;

use parlour_lambda::functions::AUTHORIZER;

fn main() -> ExitCode {
    parlour_lambda::run(AUTHORIZER)
}
