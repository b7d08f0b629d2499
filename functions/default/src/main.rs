//! `default`: the routes of all other native actions, each with a route response, and `$default`, which has none and is answered
//! by a post.
//!
//! Ports: store, push, queues, the signing keys (`reauth` verifies a token), and the URLs that apps name (tokens of others, the hook
//! for messages).

use std::process::ExitCode;

use parlour_lambda::functions::DEFAULT;

fn main() -> ExitCode {
    parlour_lambda::run(DEFAULT)
}
