//! A run keeps to its rate: on a paused clock, time passes only where it waits.

use std::num::NonZeroU32;

use parlour_migrations::Run;

use crate::world::{NOW, World};

#[tokio::test(start_paused = true)]
async fn a_run_takes_no_more_units_a_second_than_it_may() {
    let world = World::inline().await;
    world.old_rooms(200).await;
    let begun = tokio::time::Instant::now();
    let run = Run::new(&world.store).rate(NonZeroU32::new(10));
    run.all(NOW).await.unwrap();
    world.check(200).await;
    // 196 rows at two units each, and what the scan takes.
    let seconds = begun.elapsed().as_secs();
    assert!((39..60).contains(&seconds), "{seconds} s");
}
