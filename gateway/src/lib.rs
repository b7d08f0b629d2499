//! The connection manager for one machine: what API Gateway is on AWS, in one process.
//!
//! `connection` holds the rules of one connection as a pure state machine; `socket` carries them out; `event` and
//! `answer` are the JSON on the way to the functions and back; `management` is the signed API by which connections are
//! posted to; `server` puts everything on one port.

pub mod answer;
pub mod cli;
pub mod clock;
pub mod connection;
pub mod connection_id;
pub mod dev;
mod development_app;
pub mod engine;
pub mod event;
pub mod faults;
pub mod in_process;
pub mod invoke;
pub mod management;
pub mod pages;
pub mod private_file;
pub mod registry;
pub mod running;
pub mod schedule;
pub mod secrets;
pub mod server;
pub mod signed;
pub mod socket;
pub mod welcome;

pub use running::{Options, Running, ServeError, serve};
