//! The table has teeth: where the store leaves out one kind of write of an operation, as if its code had been forgotten, the same runs
//! report what is wrong. Each of these shortcuts passes whenever nothing crashes and nobody looks twice, or nearly so:
//!
//! - a departure that ends without its row's end, and one that does not lower the count of members;
//! - a truncation whose floor is not raised;
//! - a send whose claim is not kept: a repeat after a crash says it twice;
//! - another write whose claim is not kept: a repeat after a crash is refused;
//! - the end of a connection that leaves its subscriptions, and one that is not marked;
//! - a connection without its lease.
//!
//! And in the files of what they belong to: a queue that forgets and a dead connection that stays subscribed (`large.rs`), a gathering
//! row that is told and stays (`gathered.rs`), a task that no row says goes on and a lease that ends without a mark (`overdue.rs`).

use serde_json::Value;

use crate::omit::{Which, attribute, updates};
use crate::operations::all;
use crate::run::{crashes, in_time};
use crate::world::World;

/// Asserts that the runs of these operations report something if these writes are left out.
fn shows(name: &str, which: Which) {
    in_time(async {
        let world = World::new().await;
        let mut operations = 0;
        for operation in all().filter(|operation| operation.step.name == name) {
            operations += 1;
            let before = world.omit.count();
            let wrong = crashes(&world, operation, Some(which)).await;
            assert!(world.omit.count() > before, "{name} makes such a write");
            assert!(!wrong.is_empty(), "{name} without it");
        }
        assert!(operations > 0, "{name}");
    });
}

const REMOVE: &str = "DELETE /room/{room_id}/member/{user_id}";

#[test]
fn a_departure_without_its_end() {
    shows(REMOVE, |write| attribute(write, "Delete", "sk").starts_with("member#"));
}

#[test]
fn a_departure_that_is_not_counted() {
    shows(REMOVE, |write| updates(write, "ADD member_count"));
}

#[test]
fn a_truncation_without_its_floor() {
    shows("POST /room/{room_id}/truncate", |write| updates(write, "SET #floor"));
}

#[test]
fn a_write_without_its_claim() {
    shows("POST /room/{room_id}/message/{message_id}/forward", is_claim);
    shows(REMOVE, is_claim);
}

#[test]
fn a_subscription_that_outlives_its_connection() {
    shows("$disconnect", |write| attribute(write, "Delete", "pk").contains('~'));
}

#[test]
fn a_connection_whose_end_is_not_marked() {
    shows("$disconnect", |write| updates(write, "SET ended"));
}

#[test]
fn a_connection_without_a_lease() {
    shows("$connect", |write| attribute(write, "Put", "t") == "connection");
}

fn is_claim(write: &Value) -> bool {
    attribute(write, "Put", "t") == "claim"
}
