//! Every operation, ended at each of its calls: by a crash before the call to the store, a connection, the queue or a function
//! was done, or right after. Then the same request comes again, `sweep` runs once, and everything must be as if nothing had
//! happened: the same answer, the same entries once each, counts that agree with rows, no rights that outlive a membership.
//!
//! `cargo test -p parlour-tests --test crashes -- --nocapture` prints how many crashes each operation survived.

#[cfg(test)]
mod complete;
#[cfg(test)]
mod cut;
#[cfg(test)]
#[path = "../budgets/events.rs"]
mod events;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod outside;
#[cfg(test)]
mod request;
#[cfg(test)]
mod run;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod state;
#[cfg(test)]
mod world;
