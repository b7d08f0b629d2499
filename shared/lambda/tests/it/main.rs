//! The library against servers that speak the wire format of AWS, and the built functions against a local Runtime API.

#![expect(clippy::unwrap_used, reason = "tests, and what only they use")]

mod calls;
mod event_bridge;
mod functions;
mod given;
mod management;
mod metrics;
mod parameter;
mod queue;
mod recorder;
mod server;
mod world;
