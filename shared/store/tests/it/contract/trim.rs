//! Entries that count no more: absent at once, taken away an hour later, the newest never.

use parlour_domain::log::Body;
use parlour_domain::member::ReadPosition;
use parlour_domain::room::{Room, RoomChange};
use parlour_domain::{RoomNumber, Seq};
use parlour_store::{AppendRefusal, Appended, Store};

use crate::given::{How, entry_of, send, seq};
use crate::world::World;

on_both_engines!(
    a_floor_rises_and_never_falls,
    what_is_below_the_floor_goes_after_an_hour,
    retention_takes_away_what_is_too_old_but_the_newest,
    a_deleted_room_has_nothing_to_take_away,
    who_was_silent_meanwhile_writes_at_the_end_of_the_log,
    retention_from_the_beginning_is_looked_at_when_the_first_entry_is_old,
);

async fn truncate(world: &World, room: RoomNumber, floor: u64) -> Result<Appended, AppendRefusal> {
    truncate_by(&world.store, world, room, floor).await
}

async fn truncate_by(store: &Store, world: &World, room: RoomNumber, floor: u64) -> Result<Appended, AppendRefusal> {
    let floor = store.entry(&world.app, room, seq(floor)).await.unwrap().unwrap();
    let draft = world.clock.draft(None, None, Body::RoomTruncated { floor: floor.seq });
    store
        .truncate_room(&world.app, room, &floor, &draft, None, world.now())
        .await
}

async fn row(world: &World, room: RoomNumber) -> Room {
    world.store.room(&world.app, room).await.unwrap().unwrap()
}

/// What `sweep` does now; how many entries went.
async fn sweep(world: &World) -> usize {
    let mut removed = 0;
    for due in world.store.trims_due(world.now(), 20).await.unwrap() {
        removed += world.store.trim_room(&due, world.now()).await.unwrap().removed;
    }
    removed
}

async fn places(world: &World, room: RoomNumber) -> Vec<u64> {
    world.log(room).await.iter().map(|entry| entry.seq.get()).collect()
}

async fn a_floor_rises_and_never_falls(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    for text in ["one", "two", "three"] {
        world.say(room, members[0], text).await;
    }
    assert_eq!(entry_of(&truncate(world, room, 3).await.unwrap()).seq, seq(5));
    let floored = row(world, room).await;
    assert_eq!((floored.floor, floored.floor_msgs), (seq(3), 1));
    for lower in [2, 3] {
        let refused = truncate(world, room, lower).await;
        assert!(matches!(refused, Err(AppendRefusal::Condition)), "{refused:?}");
    }
    let bob = world.store.member(&world.app, room, members[1]).await.unwrap().unwrap();
    let expected = ReadPosition { seq: seq(2), msg_no: 1 };
    assert_eq!((bob.read.seq, bob.read_in(&floored)), (Seq::FIRST, expected));
}

async fn what_is_below_the_floor_goes_after_an_hour(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    world.say(room, members[0], "old").await;
    world.clock.pass(1_800);
    world.say(room, members[0], "young").await;
    truncate(world, room, 3).await.unwrap();
    assert_eq!(sweep(world).await, 0);
    world.clock.pass(1_800);
    assert_eq!(sweep(world).await, 2);
    assert_eq!(places(world, room).await, [3, 4]);
    truncate(world, room, 4).await.unwrap();
    world.clock.pass(1_799);
    assert_eq!(sweep(world).await, 0);
    world.clock.pass(1);
    assert_eq!(sweep(world).await, 1);
    assert!(
        world
            .store
            .trims_due(world.now().plus_seconds(1 << 30), 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(world.say(room, members[0], "next").await.seq, seq(6), "the log goes on");
    assert_eq!(places(world, room).await, [4, 5, 6]);
}

async fn retention_takes_away_what_is_too_old_but_the_newest(world: &World) {
    let day = 24 * 3_600;
    let members = world.clock.user_ids(2);
    let before = world.room(1, &members).await;
    let room = before.number;
    world.say(room, members[0], "one").await;
    let change = RoomChange {
        retention_days: Some(Some(2)),
        ..RoomChange::default()
    };
    let after = before.changed(change, world.now());
    let draft = world.clock.draft(None, None, Body::room_updated(&after));
    let (store, app) = (&world.store, &world.app);
    store
        .update_room(app, &before, &after, &draft, None, world.now())
        .await
        .unwrap();
    assert_eq!(sweep(world).await, 0);
    world.clock.pass(day);
    world.say(room, members[0], "two").await;
    assert_eq!(sweep(world).await, 0, "nothing is due yet");
    world.clock.pass(day);
    assert_eq!(sweep(world).await, 3);
    assert_eq!(row(world, room).await.floor, seq(4));
    world.clock.pass(9 * day);
    assert_eq!(sweep(world).await, 0);
    assert_eq!(places(world, room).await, [4], "the newest stays, however old");
    world.say(room, members[0], "three").await;
    world.clock.pass(day);
    assert_eq!(sweep(world).await, 1);
    assert_eq!(places(world, room).await, [5]);
}

async fn a_deleted_room_has_nothing_to_take_away(world: &World) {
    let members = world.clock.user_ids(1);
    let room = world.room(1, &members).await;
    world.say(room.number, members[0], "one").await;
    truncate(world, room.number, 2).await.unwrap();
    let draft = world.clock.draft(None, None, Body::RoomDeleted);
    let (store, app) = (&world.store, &world.app);
    store.delete_room(app, &room, &draft, None, world.now()).await.unwrap();
    store.finish_room_deletion(app, room.number).await.unwrap();
    world.clock.pass(7_200);
    assert_eq!(sweep(world).await, 0);
    assert!(store.trims_due(world.now(), 9).await.unwrap().is_empty());
    assert_eq!(places(world, room.number).await, [1, 2, 3, 4]);
}

/// A process remembers the end of the log for its next write. Another one went on, and what followed that end is taken away.
async fn who_was_silent_meanwhile_writes_at_the_end_of_the_log(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    assert_eq!(world.say(room, members[0], "before the silence").await.seq, seq(2));
    let other = Store::new(world.raw.clone(), world.store.tables().clone());
    for text in ["one", "two", "three"] {
        let draft = world.clock.message(members[1], None, text);
        let said = send(&other, &world.app, room, &draft, How::Once, world.now()).await;
        said.unwrap();
    }
    world.clock.pass(3_600);
    assert_eq!(
        entry_of(&truncate_by(&other, world, room, 5).await.unwrap()).seq,
        seq(6)
    );
    assert_eq!(sweep(world).await, 4);
    assert_eq!(places(world, room).await, [5, 6]);
    assert_eq!(entry_of(&truncate(world, room, 6).await.unwrap()).seq, seq(7));
    assert_eq!(
        places(world, room).await,
        [5, 6, 7],
        "nothing stands where something was taken away"
    );
}

async fn retention_from_the_beginning_is_looked_at_when_the_first_entry_is_old(world: &World) {
    let members = world.clock.user_ids(2);
    let mut room = world.clock.group(crate::given::number(1), &members);
    room.settings.retention_days = Some(1);
    let made = world.make(&room, &members, None).await;
    assert_eq!(made, parlour_store::Created::Done);
    world.clock.pass(24 * 3_600 - 60);
    assert!(world.store.trims_due(world.now(), 9).await.unwrap().is_empty());
    world.say(room.number, members[0], "young").await;
    world.clock.pass(120);
    assert_eq!(sweep(world).await, 1);
    assert_eq!(places(world, room.number).await, [2]);
}
