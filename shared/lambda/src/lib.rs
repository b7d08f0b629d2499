//! What only Lambda needs: configuration from the environment, tracing, one HTTP client, push through the management API,
//! the queues, the event bus and asynchronous calls.
//!
//! A function's `main` is one call of [`run`] (or [`run_rest`]), which prepares all of this once, while Lambda starts the
//! process, and then hands event after event to its handler.

pub mod aws_service;
pub mod calls;
pub mod config;
pub mod endpoint;
pub mod event_bridge;
pub mod management_api;
pub mod outbound;
pub mod parameter_store;
pub mod queue;
pub mod signer;
pub mod signing_keys;

mod backend;
mod batches;
mod bucket;
mod embedded_metrics;
mod event;
mod logging;
mod moment;
mod needs;
mod running;
mod unused;

pub use aws_service::{AwsService, ServiceError};
pub use backend::{Backend, StartError};
pub use calls::LambdaCalls;
pub use config::{Config, ConfigError};
pub use event_bridge::EventBridge;
pub use management_api::ManagementApi;
pub use needs::{Needs, Pushing};
pub use outbound::Outbound;
pub use parlour_handlers::functions;
pub use queue::SqsQueue;
pub use running::{run, run_compat_rest, run_rest};
