//! The connectors as the SDK sees them.

#![expect(clippy::unwrap_used, reason = "a test says what failed by panicking")]

mod count;
mod crashes;
mod embedded;
mod fault;
mod schedule;
mod table;
