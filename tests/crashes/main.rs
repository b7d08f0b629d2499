//! Every operation, ended at each of its calls: by a crash before the call to the store, a connection, the queue, the bucket or a
//! function was done, or right after. Then the same request comes again, `sweep` runs once, and everything must be as if nothing had
//! happened: the same answer, the same entries once each, counts that agree with rows, no rights that outlive a membership.
//!
//! What runs from the queue is ended in the same way, and comes again as the queue gives it again: then everyone who was to hear of
//! something has heard it, at most once for each delivery, unless the job did something first that is done only once. What the queue
//! loses, the next report or `sweep` finds when its time has come. `complete.rs` sees to it that no route, action, function or kind
//! of job is without a row; `omitted.rs` that a write which is left out is found.
//!
//! `cargo test -p parlour-tests --test crashes -- --nocapture` prints how many crashes each operation survived.

#[cfg(test)]
mod bucket;
#[cfg(test)]
#[path = "../budgets/clock.rs"]
mod clock;
#[cfg(test)]
mod collected;
#[cfg(test)]
mod complete;
#[cfg(test)]
mod crowd;
#[cfg(test)]
mod cut;
#[cfg(test)]
#[path = "../budgets/events.rs"]
mod events;
#[cfg(test)]
mod gathered;
#[cfg(test)]
mod invocations;
#[cfg(test)]
mod large;
#[cfg(test)]
mod omit;
#[cfg(test)]
mod omitted;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod outbox;
#[cfg(test)]
mod outside;
#[cfg(test)]
mod overdue;
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
