//! What each function of the store promises, on the embedded engine and on DynamoDB Local alike.

/// Makes each of the functions in this module a test on both engines.
macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {
        mod embedded {
            $(#[tokio::test]
            async fn $test() {
                super::$test(&crate::world::World::embedded(stringify!($test)).await).await;
            })+
        }

        mod dynamodb_local {
            $(#[tokio::test]
            async fn $test() {
                if let Some(world) = crate::world::World::dynamodb_local(stringify!($test)).await {
                    crate::contract::then_drop_tables(&world, super::$test(&world)).await;
                }
            })+
        }
    };
}

mod aggregates;
mod apps;
mod attachments;
mod bans;
mod blocks;
mod changes;
mod claims;
mod connections;
mod departures;
mod erasure;
mod find;
mod hosted;
mod incoming;
mod invites;
mod keys;
mod log;
mod members;
mod missing;
mod numbers;
mod operators;
mod outboxes;
mod past;
mod pins;
mod presence;
mod public_rooms;
mod quotas;
mod reactions;
mod reading;
mod registered;
mod replies;
mod reports;
mod rights;
mod room_list;
mod rooms;
mod scan;
mod stars;
mod subscriptions;
mod tasks;
mod tickets;
mod trim;
mod unfinished;
mod users;
mod webhooks;

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt as _;

use crate::world::World;

/// Drops the tables however the test ends.
async fn then_drop_tables(world: &World, test: impl Future<Output = ()>) {
    let outcome = AssertUnwindSafe(test).catch_unwind().await;
    world.store.drop_tables().await.unwrap();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}
