//! The command `parlour`.

mod app;
mod arguments;
mod function_environment;
mod import;
mod migrate;
mod progress;
mod serve;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use arguments::{Arguments, Command, LogFormat};

/// Why a command failed, as a sentence for the terminal.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Bytes of a thread's stack: a build that is not optimised needs more than the usual 2 MiB, and what is not touched takes no memory.
const STACK: usize = 8 << 20;

/// Runs the command that the process was started with. 0: done; 1: failed; 2: not understood.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    start_log(arguments.log_format);
    quieten_panics();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = match builder.thread_stack_size(STACK).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    let outcome = runtime.block_on(async {
        match arguments.command.unwrap_or(Command::Serve(arguments.serve)) {
            Command::Serve(options) => serve::run(options).await,
            Command::App(command) => app::run(command).await,
            Command::Migrate(command) => migrate::run(command).await,
            Command::Import(arguments) => import::run(arguments).await,
            Command::FunctionEnvironment(arguments) => function_environment::run(&arguments).await,
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failed(&failure.to_string()),
    }
}

fn failed(why: &str) -> ExitCode {
    // If even standard error is closed, the exit code has to say it.
    let _ = writeln!(io::stderr(), "parlour: {why}");
    ExitCode::FAILURE
}

/// Libraries that write frames, URLs or signatures into their finest log; no filter may ask them to.
const TALKATIVE: [&str; 11] = [
    "aws_config=warn",
    "aws_sdk_dynamodb=warn",
    "aws_sdk_sso=warn",
    "aws_sdk_ssooidc=warn",
    "aws_sdk_sts=warn",
    "aws_sigv4=warn",
    "aws_smithy_runtime=warn",
    "hyper=warn",
    "hyper_util=warn",
    "tokio_tungstenite=warn",
    "tungstenite=warn",
];

/// To standard error; `PARLOUR_LOG` filters (for example `debug` or `parlour_gateway=debug`).
fn start_log(format: LogFormat) {
    let chosen = EnvFilter::try_from_env("PARLOUR_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = TALKATIVE
        .iter()
        .filter_map(|directive| directive.parse().ok())
        .fold(chosen, EnvFilter::add_directive);
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    match format {
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().init(),
    }
}

/// Logs where a panic was, not what it said: that may quote what a client sent.
fn quieten_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}

/// Writes a line to standard output.
fn say(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}")?;
    Ok(())
}
