//! Pins: a list that stands or falls with its entry.

use parlour_domain::log::Body;
use parlour_domain::pin::{Pin, Pins};
use parlour_domain::{RoomNumber, UserId};
use parlour_store::{AppendRefusal, Appended};

use super::changes::{chat, writing};
use crate::given::{entry_of, seq};
use crate::world::World;

on_both_engines!(
    a_pin_is_an_entry_and_a_line_of_the_list,
    a_list_that_was_changed_meanwhile_is_not_overwritten,
    a_deleted_message_is_not_pinned_and_nor_does_a_stranger_pin,
);

async fn pins(world: &World, room: RoomNumber) -> Pins {
    world.store.pins(&world.app, room).await.unwrap()
}

/// Pins the message at `place`, from the list as it was read before.
async fn pin(
    world: &World,
    (room, place): (RoomNumber, u64),
    by: UserId,
    before: &Pins,
) -> Result<Appended, AppendRefusal> {
    let target = seq(place);
    let draft = world
        .clock
        .draft(Some(by), None, Body::MessagePinned { target, until: None });
    let pin = Pin {
        seq: target,
        by: Some(by),
        at: world.now(),
        until: None,
    };
    let after = before.with(pin, world.now()).unwrap();
    let writing = writing(world, room, &draft);
    world.store.change_pins(writing, (before, &after), Some(target)).await
}

async fn a_pin_is_an_entry_and_a_line_of_the_list(world: &World) {
    let (room, members, _) = chat(world).await;
    world.say(room, members[0], "three").await;
    assert_eq!(pins(world, room).await, Pins::default());
    for place in [2, 3] {
        let before = pins(world, room).await;
        let appended = pin(world, (room, place), members[0], &before).await.unwrap();
        let body = &entry_of(&appended).body;
        assert!(matches!(body, Body::MessagePinned { target, .. } if target.get() == place));
    }
    let both = pins(world, room).await;
    let places: Vec<u64> = both.live(world.now()).map(|pin| pin.seq.get()).collect();
    assert_eq!((places, both.rev), (vec![2, 3], 2));
    let draft = world.clock.draft(None, None, Body::MessageUnpinned { target: seq(2) });
    let after = both.without(seq(2), world.now());
    let writing = writing(world, room, &draft);
    world.store.change_pins(writing, (&both, &after), None).await.unwrap();
    assert_eq!(pins(world, room).await, after);
    assert_eq!(world.log(room).await.len(), 6);
}

async fn a_list_that_was_changed_meanwhile_is_not_overwritten(world: &World) {
    let (room, members, _) = chat(world).await;
    world.say(room, members[0], "three").await;
    let before = pins(world, room).await;
    pin(world, (room, 2), members[0], &before).await.unwrap();
    let late = pin(world, (room, 3), members[1], &before).await;
    assert!(matches!(late, Err(AppendRefusal::Condition)), "{late:?}");
    let there = pins(world, room).await;
    pin(world, (room, 3), members[1], &there).await.unwrap();
    let late = pin(world, (room, 3), members[1], &there).await;
    assert!(matches!(late, Err(AppendRefusal::Condition)), "{late:?}");
    assert_eq!(
        (pins(world, room).await.pins.len(), world.log(room).await.len()),
        (2, 5)
    );
}

async fn a_deleted_message_is_not_pinned_and_nor_does_a_stranger_pin(world: &World) {
    let (room, members, message) = chat(world).await;
    let stranger = world.clock.user_id();
    let refused = pin(world, (room, 2), stranger, &Pins::default()).await;
    assert!(matches!(refused, Err(AppendRefusal::Condition)), "{refused:?}");
    let target = message.seq;
    let draft = world
        .clock
        .draft(Some(members[0]), None, Body::MessageDeleted { target, hard: false });
    let deleted = world.store.change_message(writing(world, room, &draft), &message).await;
    deleted.unwrap();
    let refused = pin(world, (room, 2), members[0], &Pins::default()).await;
    assert!(matches!(refused, Err(AppendRefusal::Condition)), "{refused:?}");
    assert_eq!(pins(world, room).await, Pins::default());
}
