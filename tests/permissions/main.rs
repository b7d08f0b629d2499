//! What each function does outside of itself: to the tables, the connections, the queue and other functions. It is noted while
//! the real handlers run through every action, every REST route, refusals, repeats, crashes and clients that are slow or gone.
//!
//! Two things are held: a function's role grants what was noted and, but for a reason, nothing else (`table.rs`); and nothing
//! of it happens after the function has answered (`after_the_answer.rs`).
//!
//! `cargo test -p parlour-tests --test permissions -- --nocapture` prints the table.

#[cfg(test)]
mod after_the_answer;
#[cfg(test)]
mod client;
#[cfg(test)]
#[path = "../budgets/clock.rs"]
mod clock;
#[cfg(test)]
#[path = "../budgets/events.rs"]
mod events;
#[cfg(test)]
#[path = "../budgets/files.rs"]
mod files;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod noting;
#[cfg(test)]
mod nowhere;
#[cfg(test)]
mod outside;
#[cfg(test)]
mod reasons;
#[cfg(test)]
mod rest;
#[cfg(test)]
mod run;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod table;
#[cfg(test)]
mod template;
#[cfg(test)]
mod world;
