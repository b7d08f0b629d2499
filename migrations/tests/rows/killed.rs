//! Runs that are killed and started again.

use std::num::NonZeroU32;

use parlour_connectors::embedded::EmbeddedEngine;
use parlour_connectors::fault::{FaultPlan, Faults};
use parlour_migrations::{Run, status};

use crate::tap::Kill;
use crate::world::{NOW, World};

on_both_engines!(
    killed_after_every_page_it_goes_on_there,
    killed_at_any_call_it_is_completed
);

fn run(world: &World, page: u32) -> Run<'_> {
    Run::new(&world.store).page(NonZeroU32::new(page).unwrap())
}

async fn killed_after_every_page_it_goes_on_there(world: &World) {
    world.old_rooms(600).await;
    let (mut kills, mut read) = (0, 0);
    let killed = async || {
        world
            .tap
            .until(Kill::AfterPage(1), run(world, 50).all(NOW))
            .await
            .is_none()
    };
    while killed().await {
        kills += 1;
        let progress = status(&world.store).await.unwrap()[1].progress.unwrap();
        assert!(progress.read > read, "every life goes on: {progress:?}");
        read = progress.read;
    }
    // A page of each segment may be noted while it dies.
    assert!(kills >= 6, "1,200 rows in pages of 50, killed {kills} times");
    world.check(600).await;
    // Pages of other segments that were under way when it died are walked again: their rows are seen, and left alone.
    let progress = status(&world.store).await.unwrap()[1].progress.unwrap();
    assert_eq!(progress.seen, 600);
    assert!(progress.changed <= 588, "{progress:?}");
}

async fn killed_at_any_call_it_is_completed(world: &World) {
    world.old_rooms(300).await;
    for call in [1, 2, 3, 5, 8, 13, 21, 34, 55, 89] {
        for kill in [Kill::BeforeCall(call), Kill::AfterCall(call)] {
            let _ = world.tap.until(kill, run(world, 40).all(NOW)).await;
        }
    }
    run(world, 40).all(NOW).await.unwrap();
    world.check(300).await;
    assert!(run(world, 40).all(NOW).await.unwrap().is_empty());
}

/// A restart that was killed, or a run that was under way at a restart, leaves nothing out either.
#[tokio::test]
async fn a_restart_beside_a_run_is_walked_to_the_end() {
    let world = World::embedded().await;
    world.old_rooms(300).await;
    assert!(
        world
            .tap
            .until(Kill::AfterPage(6), run(&world, 40).all(NOW))
            .await
            .is_none()
    );
    run(&world, 40).restart().await.unwrap();
    let (one, two) = tokio::join!(run(&world, 40).all(NOW), async {
        tokio::task::yield_now().await;
        run(&world, 40).restart().await
    });
    one.unwrap();
    two.unwrap();
    run(&world, 40).all(NOW).await.unwrap();
    world.check(300).await;
}

/// Throttled calls, lost answers and failures are waited out once it has begun, and no row is written twice for them.
#[tokio::test]
async fn faults_are_waited_out() {
    let faults = Faults::new(FaultPlan {
        seed: 7,
        throttle: 0.08,
        fail_before: 0.04,
        drop_response: 0.08,
        conflict: 0.02,
        ..FaultPlan::default()
    });
    faults.set_enabled(false);
    let engine = EmbeddedEngine::in_memory().unwrap();
    let world = World::on(faults.connector(engine.connector()), "http://embedded", "").await;
    world.old_rooms(300).await;
    faults.set_enabled(true);
    // Only the first look, at what is to be done, is not waited for: whoever has named a wrong place is to hear of it at once.
    let mut tries = 0;
    while let Err(error) = run(&world, 40).all(NOW).await {
        tries += 1;
        assert!(error.retryable() && tries < 5, "{error}");
    }
    faults.set_enabled(false);
    let injected: u64 = faults.injected().values().sum();
    assert!(injected > 20, "{:?}", faults.injected());
    assert_eq!(world.listed().await.len(), 294);
    assert!(world.tap.placed().values().all(|times| *times == 1));
}
