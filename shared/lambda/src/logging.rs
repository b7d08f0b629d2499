//! Tracing: one JSON object a line on standard output, which Lambda keeps; never an event, a frame or a body.

use std::panic::PanicHookInfo;

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;

/// Starts logging Parlour's own crates at `level`, once per process.
///
/// Others only warn, whatever `level` is: below that the Lambda runtime and the SDK log whole events and requests.
pub(crate) fn start(level: Level) {
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_span_list(false);
    let wanted = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("parlour", level)
        .with_target("lambda_runtime", LevelFilter::ERROR)
        // It repeats failures that are logged already, with the text of a panic.
        .with_target("lambda_runtime::layers::panic", LevelFilter::OFF);
    let subscriber = tracing_subscriber::registry().with(lines).with(wanted);
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        std::panic::set_hook(Box::new(panicked));
    }
}

/// Where it panicked, not what it said: that may quote a message.
fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    tracing::error!(place, "panicked");
}
