//! The gateway as its clients meet it: real sockets, functions made for the test.

#![expect(clippy::unwrap_used, reason = "tests, and what only they use")]

mod closing;
mod frames;
mod handshake;
mod invoke;
mod management;
mod polling;
mod rig;
mod robustness;
mod signature;
mod signing;
mod sqs;
