//! A whole run: every row, once; and what the second one does.

use std::num::NonZeroU32;
use std::sync::Mutex;

use parlour_migrations::{MIGRATIONS, Progress, Run, status, up};

use crate::world::{NOW, World, setting};

on_both_engines!(
    heavy_every_row_of_the_old_form_gets_the_new_one,
    status_tells_how_far_it_is,
    a_run_can_be_given_to_a_task,
);

fn heavy(full: u32) -> usize {
    let share = setting("PARLOUR_HEAVY").map_or(0.1, |text| text.parse().expect("PARLOUR_HEAVY is a number"));
    format!("{:.0}", (f64::from(full) * share).max(10_000.0))
        .parse()
        .unwrap()
}

async fn heavy_every_row_of_the_old_form_gets_the_new_one(world: &World) {
    let count = heavy(100_000);
    world.old_rooms(count).await;
    assert_eq!(
        world.listed().await,
        [0; 0],
        "the code after works without the new form"
    );
    assert_eq!(up(&world.store, NOW).await.unwrap().len(), MIGRATIONS.len());
    world.check(count).await;
    assert!(
        up(&world.store, NOW).await.unwrap().is_empty(),
        "a second run does nothing"
    );
    let run = Run::new(&world.store);
    run.restart().await.unwrap();
    assert_eq!(run.all(NOW).await.unwrap().len(), 1, "walks again");
    world.check(count).await;
    let walked = status(&world.store).await.unwrap()[1].progress.unwrap();
    let rooms = u64::try_from(count).unwrap();
    assert_eq!((walked.seen, walked.changed), (rooms, 0));
}

async fn status_tells_how_far_it_is(world: &World) {
    world.old_rooms(500).await;
    let fresh = &status(&world.store).await.unwrap()[1];
    assert_eq!((fresh.applied_at, fresh.progress), (None, None));
    let told: Mutex<Vec<Progress>> = Mutex::default();
    let observe = |migration: &'static parlour_migrations::Migration, progress| {
        assert_eq!(migration.number, 2);
        told.lock().unwrap().push(progress);
    };
    let run = Run::new(&world.store)
        .observe(&observe)
        .page(NonZeroU32::new(40).unwrap());
    run.all(NOW.plus_seconds(5)).await.unwrap();
    let done = &status(&world.store).await.unwrap()[1];
    assert_eq!(done.applied_at, Some(NOW.plus_seconds(5)));
    let progress = done.progress.unwrap();
    assert_eq!((progress.seen, progress.changed), (500, 490));
    assert_eq!(progress.segments_done, progress.segments);
    // Besides rooms and entries there are the notes of the migrations.
    assert!(progress.read >= 1_000 && progress.read < 1_020, "{progress:?}");
    let told = told.into_inner().unwrap();
    assert_eq!((told[0].read, told[0].segments), (0, progress.segments));
    assert_eq!(told.last(), Some(&progress));
    assert!(told.is_sorted_by_key(|told| told.read) && told.len() > 20, "{told:?}");
}

async fn a_run_can_be_given_to_a_task(world: &World) {
    world.old_rooms(60).await;
    let store = world.store.clone();
    let task = tokio::spawn(async move { Run::new(&store).observe(&|_, _| ()).all(NOW).await });
    assert_eq!(task.await.unwrap().unwrap().len(), MIGRATIONS.len());
    world.check(60).await;
}
