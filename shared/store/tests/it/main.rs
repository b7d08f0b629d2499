//! The store against real engines: what each function promises, and what holds under writers, faults and crashes.
//!
//! Suites whose names contain `heavy` take their size from `PARLOUR_HEAVY` (default 0.1) and their draws from
//! `PARLOUR_SEED`; the contract also runs on DynamoDB Local where `PARLOUR_TEST_DYNAMODB` names its endpoint,
//! and fails without one where `PARLOUR_TEST_SKIPS_NOTHING` is set.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod given;
#[cfg(test)]
mod heavy_append;
#[cfg(test)]
mod heavy_ends;
#[cfg(test)]
mod heavy_unread;
#[cfg(test)]
mod interleavings;
#[cfg(test)]
mod size;
#[cfg(test)]
mod world;
