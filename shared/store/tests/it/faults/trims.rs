//! Faults while what counts no more is taken away.

use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::fault::{Fault, Faults};
use parlour_domain::log::Body;
use parlour_domain::room::{Room, RoomChange};
use parlour_domain::{RoomNumber, Seq};

use crate::given::seq;
use crate::world::World;

/// From where entries count, and the oldest that is there.
async fn oldest(world: &World, room: RoomNumber) -> (Seq, Seq) {
    let row = world.store.room(&world.app, room).await.unwrap().unwrap();
    (row.floor, world.log(room).await[0].seq)
}

async fn sweep(world: &World) {
    for due in world.store.trims_due(world.now(), 9).await.unwrap() {
        world.store.trim_room(&due, world.now()).await.unwrap();
    }
}

async fn keep_for_a_day(world: &World, before: &Room) {
    let change = RoomChange {
        retention_days: Some(Some(1)),
        ..RoomChange::default()
    };
    let after = before.changed(change, world.now());
    let draft = world.clock.draft(None, None, Body::room_updated(&after));
    let (store, app) = (&world.store, &world.app);
    store
        .update_room(app, before, &after, &draft, None, world.now())
        .await
        .unwrap();
}

/// Readers count what the room's row says: as long as it does not say otherwise, it must be there.
#[tokio::test(start_paused = true)]
async fn where_the_floor_cannot_rise_nothing_above_it_goes() {
    let faults = Faults::scripted();
    let engine = InlineEngine::new().unwrap();
    let world = World::patient("trims", faults.connector(engine.connector()), 1).await;
    let members = world.clock.user_ids(1);
    let room = world.room(1, &members).await;
    world.say(room.number, members[0], "one").await;
    keep_for_a_day(&world, &room).await;
    world.clock.pass(3 * 24 * 3_600);
    world.say(room.number, members[0], "two").await;
    faults.fail_nth("TransactWriteItems", 1, Fault::Conflict);
    sweep(&world).await;
    assert_eq!(faults.injected()["conflict"], 1);
    assert_eq!(oldest(&world, room.number).await, (Seq::FIRST, Seq::FIRST));
    sweep(&world).await;
    assert_eq!(oldest(&world, room.number).await, (seq(4), seq(4)));
}
