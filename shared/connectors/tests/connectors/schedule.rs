//! The scheduler: it counts what it should, finds planted bugs and passes the right version.

use std::collections::BTreeSet;
use std::sync::Mutex;

use aws_sdk_dynamodb::Client;
use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::schedule::{Actor, Failure, Options, Report, Schedule, explore};

use crate::table::{body, client, create_table, put, retrying_client};

pub(crate) struct World {
    /// Unscheduled, without retries.
    pub(crate) direct: Client,
    pub(crate) actors: Vec<Client>,
}

pub(crate) async fn world(schedule: Schedule, actors: usize, attempts: u32) -> World {
    let engine = InlineEngine::new().unwrap();
    let direct = client(engine.connector());
    create_table(&direct).await;
    put(&direct, "r", 0, "0").send().await.unwrap();
    let actor = |index| retrying_client(schedule.connector(index, engine.connector()), attempts);
    World {
        direct,
        actors: (0..actors).map(actor).collect(),
    }
}

/// Reads the number at ("r", 0) and puts the next one, with or without a condition.
async fn increment(client: Client, guarded: bool) -> bool {
    for _ in 0..5 {
        let old = body(&client, "r", 0).await.unwrap();
        let next = (old.parse::<u32>().unwrap() + 1).to_string();
        let mut put = put(&client, "r", 0, &next);
        if guarded {
            put = put.condition_expression("body = :old");
            put = put.expression_attribute_values(":old", crate::table::s(&old));
        }
        if put.send().await.is_ok() {
            return true;
        }
    }
    false
}

fn increments(options: &Options, guarded: bool, actors: usize) -> Result<Report, Failure> {
    explore(
        options,
        async |schedule| world(schedule, actors, 1).await,
        |world| {
            world
                .actors
                .iter()
                .map(|client| Box::pin(increment(client.clone(), guarded)) as Actor<_>)
                .collect()
        },
        async |world, outcomes| {
            let done = outcomes.iter().filter(|outcome| **outcome == Some(true)).count();
            let stored = body(&world.direct, "r", 0).await.unwrap();
            if stored == done.to_string() {
                Ok(())
            } else {
                Err(format!("{done} increments made {stored}"))
            }
        },
    )
}

/// Two actors that put twice each, to places of their own.
fn two_by_two(options: &Options) -> Report {
    explore(
        options,
        async |schedule| world(schedule, 2, 1).await,
        |world| {
            let puts = |(index, client): (usize, &Client)| {
                let (client, seq) = (client.clone(), 1 + index as u64);
                Box::pin(async move {
                    put(&client, "r", seq, "a").send().await.unwrap();
                    put(&client, "r", seq, "b").send().await.unwrap();
                }) as Actor<()>
            };
            world.actors.iter().enumerate().map(puts).collect()
        },
        async |world, outcomes| {
            for (index, outcome) in outcomes.iter().enumerate() {
                let stored = body(&world.direct, "r", 1 + index as u64).await;
                assert!(outcome.is_none() || stored.as_deref() == Some("b"));
            }
            Ok(())
        },
    )
    .unwrap()
}

#[test]
fn two_actors_of_two_calls_have_six_interleavings() {
    let report = two_by_two(&Options::default());
    assert_eq!(
        report,
        Report {
            runs: 6,
            redundant: 0,
            longest: 4,
            complete: true
        }
    );
}

#[test]
fn a_crash_may_come_before_any_call() {
    // Alone, one actor of two calls: no crash, or before call 1 or 2. Side by side: 6 without; with one crash after
    // 0 calls of the crashing actor 3 places among the other's two calls, after 1 call 3 + 2 + 1 = 6; for either actor.
    let report = two_by_two(&Options {
        crashes: 1,
        ..Options::default()
    });
    assert_eq!(report.runs, 6 + 2 * (3 + 6));
}

#[test]
fn a_lost_update_is_found_and_replayed() {
    let failure = increments(&Options::default(), false, 2).unwrap_err();
    assert!(failure.message.contains("2 increments made 1"), "{failure}");
    let replay = Options {
        replay: Some(failure.choices.clone()),
        ..Options::default()
    };
    let again = increments(&replay, false, 2).unwrap_err();
    assert_eq!((again.message, again.steps), (failure.message, failure.steps));
}

#[test]
fn a_guarded_update_passes_everywhere() {
    let report = increments(&Options::default(), true, 2).unwrap();
    assert!(report.complete && report.runs >= 6, "{report:?}");
    let three = Options {
        reads_commute: true,
        ..Options::default()
    };
    assert!(increments(&three, true, 3).unwrap().complete);
}

#[test]
fn commuting_reads_leave_out_runs_but_find_the_same_bug() {
    let full = increments(&Options::default(), true, 2).unwrap();
    let reduced = increments(
        &Options {
            reads_commute: true,
            ..Options::default()
        },
        true,
        2,
    )
    .unwrap();
    assert!(reduced.runs < full.runs, "{reduced:?} {full:?}");
    increments(
        &Options {
            reads_commute: true,
            ..Options::default()
        },
        false,
        2,
    )
    .unwrap_err();
}

#[test]
fn commuting_reads_reach_the_same_final_states() {
    let finals = |reads_commute| {
        let seen = Mutex::new(BTreeSet::new());
        let options = Options {
            reads_commute,
            drops: 1,
            crashes: 1,
            crash_after_apply: true,
            ..Options::default()
        };
        let report = explore(
            &options,
            async |schedule| world(schedule, 2, 2).await,
            |world| {
                world
                    .actors
                    .iter()
                    .map(|client| Box::pin(increment(client.clone(), false)) as Actor<_>)
                    .collect()
            },
            async |world, outcomes| {
                let stored = body(&world.direct, "r", 0).await;
                seen.lock().unwrap().insert((stored, outcomes.to_vec()));
                Ok(())
            },
        );
        (report.unwrap(), seen.into_inner().unwrap())
    };
    let (full, all) = finals(false);
    let (reduced, some) = finals(true);
    assert_eq!(all, some);
    assert!(reduced.runs < full.runs, "{reduced:?} {full:?}");
}

#[test]
fn a_cap_on_runs_leaves_the_exploration_incomplete() {
    let report = two_by_two(&Options {
        max_runs: 4,
        ..Options::default()
    });
    assert_eq!((report.runs, report.complete), (4, false));
}
