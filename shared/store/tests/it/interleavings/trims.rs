//! A floor that rises while `sweep` takes away what was below the one before: whatever the order, and whoever crashes, later
//! runs take away all that counts no more.

use parlour_connectors::schedule::{Actor, Options, explore};
use parlour_domain::log::Body;

use super::{Scene, Stage, must_hold, whole};
use crate::given::{log, seq};
use crate::size::Stopwatch;

/// Longer than entries that count no more are kept.
const LATER: i64 = 7_200;

fn raise(stage: &Stage, scene: &Scene, actor: usize, floor: u64) -> Actor<()> {
    let (store, app, room) = (scene.stores[actor].clone(), scene.app.clone(), scene.room);
    let now = scene.now.plus_seconds(LATER);
    let draft = stage
        .world
        .clock
        .draft(None, None, Body::RoomTruncated { floor: seq(floor) });
    Box::pin(async move {
        if let Ok(Some(floor)) = store.entry(&app, room, seq(floor)).await {
            let _ = store.truncate_room(&app, room, &floor, &draft, None, now).await;
        }
    })
}

fn sweep(scene: &Scene, actor: usize) -> Actor<()> {
    let (store, room, now) = (scene.stores[actor].clone(), scene.room, scene.now.plus_seconds(LATER));
    Box::pin(async move {
        let due = store.trims_due(now, 100).await.unwrap_or_default();
        // Rooms of other runs are due too.
        for due in due.iter().filter(|due| due.room() == room) {
            let _ = store.trim_room(due, now).await;
        }
    })
}

#[test]
fn a_floor_that_rises_during_a_sweep_is_not_forgotten() {
    let stage = Stage::new("trims");
    let crash = Options {
        crashes: 1,
        crash_after_apply: true,
        ..Options::default()
    };
    for (name, options) in [("in every order", Options::default()), ("with a crash", crash)] {
        let started = Stopwatch::start();
        let result = explore(
            &whole(options),
            async |schedule| {
                let scene = stage.scene(schedule, 2, 1).await;
                for text in ["one", "two", "three"] {
                    stage.world.say(scene.room, scene.users[0], text).await;
                }
                raise(&stage, &scene_of(&stage, &scene), 0, 2).await;
                scene
            },
            |scene| vec![raise(&stage, scene, 0, 4), sweep(scene, 1)],
            async |scene, _| {
                let (store, mut now) = (&stage.world.store, scene.now);
                for _ in 0..3 {
                    now = now.plus_seconds(2 * LATER);
                    for due in store.trims_due(now, 100).await.unwrap() {
                        store.trim_room(&due, now).await.unwrap();
                    }
                }
                let floor = store.room(&scene.app, scene.room).await.unwrap().unwrap().floor;
                let oldest = log(store, &scene.app, scene.room).await[0].seq;
                if oldest == floor {
                    Ok(())
                } else {
                    Err(format!("{oldest} is still there below {floor}"))
                }
            },
        );
        assert!(must_hold(&format!("truncation and sweep {name}"), &started, result).complete);
    }
}

/// The scene as the stage's own process sees it, outside the schedule.
fn scene_of(stage: &Stage, scene: &Scene) -> Scene {
    Scene {
        stores: vec![stage.world.store.clone()],
        clients: Vec::new(),
        app: scene.app.clone(),
        now: scene.now,
        room: scene.room,
        users: scene.users.clone(),
    }
}
