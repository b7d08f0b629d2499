//! The budgets of every operation: store round trips, write units and read units, counted at the connector while the real
//! handlers run on an engine in memory. The table in `table.rs` is what holds; each of its rows is measured and compared.
//!
//! `cargo xtask budgets` prints it. A round trip is one link of the longest chain of calls of which each began after the one
//! before it had ended; units are DynamoDB's, writes whose condition failed included.

#[cfg(test)]
mod billable;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod events;
#[cfg(test)]
mod files;
#[cfg(test)]
mod given;
#[cfg(test)]
mod measure;
#[cfg(test)]
mod message_number;
#[cfg(test)]
#[path = "../permissions/nowhere.rs"]
mod nowhere;
#[cfg(test)]
mod print;
#[cfg(test)]
mod push;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod table;
#[cfg(test)]
mod world;
