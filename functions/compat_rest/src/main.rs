//! `compat_rest`: the HTTP API for clients of other services, at these services' own paths (payload format 2.0, stage `$default`).
//!
//! Ports: store, push, queues, files, the signing keys, and the URLs that apps name (tokens of others, the hook for messages).

use std::process::ExitCode;

fn main() -> ExitCode {
    parlour_lambda::run_compat_rest()
}
