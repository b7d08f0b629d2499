//! The library against servers that speak the wire format of AWS, and the built functions against a local Runtime API.

#![expect(clippy::unwrap_used, reason = "tests, and what only they use")]

mod functions;
mod management;
mod parameter;
mod server;
mod world;
