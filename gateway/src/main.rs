//! The command `parlour`.

use std::process::ExitCode;

fn main() -> ExitCode {
    parlour_gateway::cli::run()
}
