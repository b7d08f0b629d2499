//! Clients of other services: whose request it is.

pub mod place;
