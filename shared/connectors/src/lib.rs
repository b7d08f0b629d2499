//! SDK HTTP connectors: the embedded engine, counting, faults by seed, the exhaustive schedule.
//!
//! Each is a layer over `SharedHttpConnector`, so that store code runs unchanged on DynamoDB, on DynamoDB Local and in
//! the process. Layers nest: `CountingConnector` over `FaultConnector` over `EmbeddedEngine::connector()`.

pub mod count;
pub mod embedded;
pub mod fault;
#[cfg(feature = "schedule")]
pub mod schedule;

mod call;
mod client;

pub use client::http_client;
