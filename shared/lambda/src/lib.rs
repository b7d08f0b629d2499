//! What only Lambda needs: configuration from the environment, tracing, one HTTP client, push through the management API.
//!
//! A function's `main` is one call of [`run`] (or [`run_rest`]), which prepares all of this once, while Lambda starts the
//! process, and then hands event after event to `parlour_handlers`.

pub mod config;
pub mod endpoint;
pub mod management_api;
pub mod outbound;
pub mod parameter_store;
pub mod signer;
pub mod signing_keys;

mod backend;
mod event;
mod logging;
mod moment;
mod needs;
mod running;

pub use backend::{Backend, StartError};
pub use config::{Config, ConfigError};
pub use management_api::ManagementApi;
pub use needs::{Needs, Pushing};
pub use outbound::Outbound;
pub use running::{run, run_rest};
