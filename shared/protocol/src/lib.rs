//! The native wire format.
//!
#![doc = include_str!("../README.md")]

pub mod asyncapi;
pub mod dialect;
pub mod error;
pub mod frame;
pub mod refusals;
pub mod request;
pub mod view;

pub use error::{Code, InvalidInput, WireError};
