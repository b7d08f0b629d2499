//! The message with a number, found by interpolation on a real engine, is the one that a walk through the whole log finds.

use aws_sdk_dynamodb::types::AttributeValue;
use parlour_domain::Seq;
use parlour_domain::log::{Body, Entry};
use parlour_store::keys;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::given::line;
use crate::world::World;

/// The whole log, oldest first.
async fn scan(world: &World, room: parlour_domain::RoomNumber) -> Vec<Entry> {
    let mut log: Vec<Entry> = Vec::new();
    loop {
        let after = log.last().map_or(Seq::ZERO, |entry| entry.seq);
        let page = world.store().entries_after(&world.app, room, after, 300).await.unwrap();
        log.extend(page.entries);
        if !page.more {
            return log;
        }
    }
}

/// Runs of other entries and of messages by turns: each number is found as the walk finds it, and one too many is not.
async fn same_as_a_walk(runs: &[usize]) -> Result<(), TestCaseError> {
    let world = World::new().await;
    let user = world.user().await;
    let room = world.room(&[user]).await;
    let bodies = runs.iter().enumerate().flat_map(|(index, run)| {
        let message = index % 2 == 1;
        std::iter::repeat_with(move || {
            if message {
                line()
            } else {
                Body::MemberLeft { user, banned: false }
            }
        })
        .take(*run)
    });
    world.append(room, user, bodies).await;
    let log = scan(&world, room).await;
    let messages: Vec<&Entry> = log.iter().filter(|entry| entry.body.is_message()).collect();
    let step = (messages.len() / 25).max(1);
    let picked = (0..messages.len()).filter(|at| at % step == 0 || *at + 1 == messages.len());
    for at in picked {
        let n = u64::try_from(at).unwrap() + 1;
        let (found, used) = world.measure(world.store().message_number(&world.app, room, n)).await;
        prop_assert_eq!(found.unwrap(), Some(messages[at].clone()), "message {}", n);
        prop_assert!(used.usage.round_trips <= 8, "{} round trips", used.usage.round_trips);
        prop_assert!(used.usage.read_units <= 8.0, "{} read units", used.usage.read_units);
    }
    for n in [0, u64::try_from(messages.len()).unwrap() + 1] {
        let found = world.store().message_number(&world.app, room, n).await;
        prop_assert_eq!(found.unwrap(), None);
    }
    Ok(())
}

#[test]
fn a_message_is_found_by_its_number_as_a_walk_finds_it() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let run = prop_oneof![Just(1_usize), 1..8_usize, 1..120_usize];
    let mut runner = TestRunner::new(Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&proptest::collection::vec(run, 0..14), |runs| {
        runtime.block_on(same_as_a_walk(&runs))
    });
    outcome.unwrap();
}

#[tokio::test]
async fn a_room_that_does_not_exist_has_no_messages() {
    let world = World::new().await;
    let room = parlour_domain::RoomNumber::new(9).unwrap();
    let found = world.store().message_number(&world.app, room, 1).await;
    assert_eq!(found.unwrap(), None);
}

/// The old end of a log may have been removed: what is left is still found, in as many round trips.
#[tokio::test]
async fn removed_entries_are_not_found_and_hide_nothing() {
    let world = World::new().await;
    let user = world.user().await;
    let room = world.room(&[user]).await;
    let bodies = (0..600).map(|index| {
        if index % 2 == 0 {
            line()
        } else {
            Body::MemberLeft { user, banned: false }
        }
    });
    world.append(room, user, bodies).await;
    for entry in scan(&world, room).await.iter().take(300) {
        let key = keys::entry(&world.app, room, entry.seq);
        let delete = world.raw.delete_item().table_name(&world.store().tables().chat);
        let delete = delete.key(keys::PK, AttributeValue::S(key.pk));
        delete.key(keys::SK, AttributeValue::S(key.sk)).send().await.unwrap();
    }
    // The first entry is `room_created`, so the n-th message stands at 2n.
    for n in (1..=300_u64).step_by(7).chain([150, 151, 300]) {
        let (found, used) = world.measure(world.store().message_number(&world.app, room, n)).await;
        let place = found.unwrap().map(|entry| entry.seq.get());
        assert_eq!(place, Some(2 * n).filter(|place| *place > 300), "message {n}");
        assert!(used.usage.round_trips <= 8, "{} round trips", used.usage.round_trips);
    }
}
