//! The connection manager for one machine: what API Gateway is on AWS, in one process.
//!
//! `connection` holds the rules of one connection as a pure state machine; `socket` carries them out; `event` and
//! `answer` are the JSON on the way to the functions and back; `management` is the signed API by which connections are
//! posted to; `polling` is the other way in, of Socket.IO clients; `server` puts everything on one port.
//!
//! What AWS does around functions is here too: `queue` feeds `fan_out` and `deliver`, `asynchronous` calls functions that nobody waits for, and
//! `schedule` runs `sweep`. Functions outside this process reach the first two by `sqs` and `lambda_api`, signed like `management`.
//! `files` is the bucket of the files of messages.
//!
//! Functions are called in this process (`in_process`) or, before others, through Lambda's API (`lambda_client`); then REST goes through one
//! too (`http_event`).

pub mod account;
pub mod answer;
pub mod asynchronous;
mod aws;
pub mod background;
mod body;
pub mod cli;
pub mod clock;
pub mod connection;
pub mod connection_id;
pub mod dev;
mod development_app;
pub mod engine;
pub mod event;
pub mod faults;
pub mod files;
pub mod http_event;
mod import;
pub mod in_process;
pub mod invoke;
pub mod lambda_api;
pub mod lambda_client;
pub mod management;
pub mod pages;
pub mod places;
pub mod polling;
pub mod private_file;
pub mod queue;
pub mod registry;
pub mod running;
pub mod schedule;
pub mod secrets;
pub mod server;
pub mod signed;
pub mod socket;
pub mod sqs;
mod upgrade;
pub mod welcome;

pub use running::{Options, Running, ServeError, serve};
