//! The scheduler's faults: lost answers, late requests, crashes; and runs that go wrong by themselves.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use parlour_connectors::schedule::{Actor, Options, explore};

use crate::schedule::world;
use crate::table::{body, put};

/// One actor that puts once, if absent, and reports whether it was told so.
fn put_once(options: &Options, attempts: u32) -> BTreeSet<(Option<bool>, bool)> {
    let seen = Mutex::new(BTreeSet::new());
    explore(
        options,
        async |schedule| world(schedule, 1, attempts).await,
        |world| {
            let put = put(&world.actors[0], "r", 1, "x").condition_expression("attribute_not_exists(seq)");
            vec![Box::pin(async move { put.send().await.is_ok() }) as Actor<_>]
        },
        async |world, outcomes| {
            let stored = body(&world.direct, "r", 1).await.is_some();
            seen.lock().unwrap().insert((outcomes[0], stored));
            Ok(())
        },
    )
    .unwrap();
    seen.into_inner().unwrap()
}

#[test]
fn answers_get_lost_requests_arrive_late_and_actors_crash() {
    let none = Options::default();
    assert_eq!(put_once(&none, 1), [(Some(true), true)].into());
    let drops = Options {
        drops: 1,
        ..Options::default()
    };
    assert_eq!(put_once(&drops, 1), [(Some(true), true), (Some(false), true)].into());
    let crashes = Options {
        crashes: 1,
        ..Options::default()
    };
    assert_eq!(put_once(&crashes, 1), [(Some(true), true), (None, false)].into());
    let after = Options {
        crashes: 1,
        crash_after_apply: true,
        ..Options::default()
    };
    assert_eq!(
        put_once(&after, 1),
        [(Some(true), true), (None, false), (None, true)].into()
    );
    // The retry wins and the late request fails its condition, or the other way round.
    let late = Options {
        late: 1,
        ..Options::default()
    };
    assert_eq!(put_once(&late, 2), [(Some(true), true), (Some(false), true)].into());
}

#[test]
fn back_off_takes_no_real_time() {
    let drops = Options {
        drops: 3,
        ..Options::default()
    };
    let outcome = put_once(&drops, 10);
    assert_eq!(outcome, [(Some(true), true), (Some(false), true)].into());
}

#[test]
fn a_panic_a_deadlock_and_an_endless_run_are_failures() {
    let run = |options: &Options, actor: fn(Client) -> Actor<()>| {
        let setup = async |schedule| world(schedule, 1, 1).await;
        explore(
            options,
            setup,
            |world| vec![actor(world.actors[0].clone())],
            async |_, _| Ok(()),
        )
        .unwrap_err()
    };
    let options = Options::default();
    assert!(
        run(&options, |_| Box::pin(async { panic!("planted") }))
            .message
            .contains("planted")
    );
    assert!(
        run(&options, |_| Box::pin(std::future::pending()))
            .message
            .contains("deadlock")
    );
    let short = Options {
        max_steps: 5,
        ..Options::default()
    };
    let endless = run(&short, |client| {
        Box::pin(async move {
            loop {
                put(&client, "r", 1, "x").send().await.unwrap();
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        })
    });
    assert!(endless.message.contains("does not end"), "{endless}");
    assert_eq!(endless.steps.len(), 5);
}
