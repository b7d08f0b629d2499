//! What a room is to hear of together: gathered in one row, taken out once.

use std::collections::BTreeSet;

use parlour_domain::limits::{AGGREGATE_SECONDS, AGGREGATED_CONNECTIONS};
use parlour_domain::{RoomNumber, UserId};
use parlour_store::{Aggregate, Noted, Signal};

use crate::given::{number, subscriber};
use crate::world::World;

on_both_engines!(
    what_is_gathered_is_taken_out_once,
    the_last_word_on_typing_counts,
    what_nobody_came_for_is_taken_over,
    a_list_holds_as_many_users_as_hear_of_it,
    it_is_no_subscription,
);

impl World {
    async fn note(&self, room: RoomNumber, user: UserId, signal: Signal) -> Noted {
        self.store
            .note(&self.app, room, (user, signal), self.now())
            .await
            .unwrap()
    }

    async fn take(&self, room: RoomNumber) -> Option<Aggregate> {
        self.store.take_aggregate(&self.app, room, self.now()).await.unwrap()
    }
}

async fn what_is_gathered_is_taken_out_once(world: &World) {
    let (room, users) = (number(7), world.clock.user_ids(2));
    assert_eq!(world.take(room).await, None);
    assert_eq!(world.note(room, users[0], Signal::Read).await, Noted::Opened);
    // Whoever has to tell, and hears that it was noted only the second time, has to tell all the same.
    assert_eq!(world.note(room, users[0], Signal::Read).await, Noted::Opened);
    world.clock.pass(1);
    for (user, signal) in [
        (users[0], Signal::Read),
        (users[1], Signal::Read),
        (users[1], Signal::Delivered),
        (users[1], Signal::Typing),
    ] {
        assert_eq!(world.note(room, user, signal).await, Noted::Added);
    }
    assert_eq!(world.note(number(8), users[0], Signal::Read).await, Noted::Opened);
    world.clock.pass(AGGREGATE_SECONDS - 1);
    let taken = world.take(room).await.unwrap();
    let one = BTreeSet::from([users[1]]);
    let expected = Aggregate {
        read: users.iter().copied().collect(),
        delivered: one.clone(),
        typing: one,
        stopped: BTreeSet::new(),
    };
    assert_eq!(taken, expected);
    assert_eq!(taken.users().len(), 2);
    assert_eq!(world.take(room).await, None);
    assert_eq!(world.note(room, users[1], Signal::Stopped).await, Noted::Opened);
    assert!(world.take(number(8)).await.is_some());
    assert!(world.take(room).await.is_some());
    assert!(world.rows().await.is_empty());
}

async fn the_last_word_on_typing_counts(world: &World) {
    let (room, users) = (number(7), world.clock.user_ids(2));
    for (user, signal) in [
        (users[0], Signal::Typing),
        (users[1], Signal::Stopped),
        (users[0], Signal::Stopped),
        (users[1], Signal::Typing),
    ] {
        world.note(room, user, signal).await;
    }
    let taken = world.take(room).await.unwrap();
    assert_eq!(taken.typing, BTreeSet::from([users[1]]));
    assert_eq!(taken.stopped, BTreeSet::from([users[0]]));
}

async fn what_nobody_came_for_is_taken_over(world: &World) {
    let (room, users) = (number(7), world.clock.user_ids(3));
    world.note(room, users[0], Signal::Typing).await;
    world.note(room, users[0], Signal::Read).await;
    world.clock.pass(2 * AGGREGATE_SECONDS - 1);
    assert_eq!(world.note(room, users[1], Signal::Read).await, Noted::Added);
    world.clock.pass(1);
    assert_eq!(world.note(room, users[2], Signal::Read).await, Noted::Opened);
    world.clock.pass(1);
    assert_eq!(world.note(room, users[1], Signal::Typing).await, Noted::Added);
    let taken = world.take(room).await.unwrap();
    // Positions are true whenever they are told; typing is not.
    assert_eq!(taken.read, users.iter().copied().collect());
    assert_eq!(taken.typing, BTreeSet::from([users[1]]));

    world.note(room, users[0], Signal::Typing).await;
    world.note(room, users[1], Signal::Stopped).await;
    world.note(room, users[2], Signal::Delivered).await;
    world.clock.pass(2 * AGGREGATE_SECONDS);
    let late = Aggregate {
        delivered: BTreeSet::from([users[2]]),
        ..Aggregate::default()
    };
    assert_eq!(world.take(room).await, Some(late.clone()));

    // Whoever types takes them over, too.
    world.note(room, users[0], Signal::Stopped).await;
    world.note(room, users[2], Signal::Delivered).await;
    world.clock.pass(2 * AGGREGATE_SECONDS);
    assert_eq!(world.note(room, users[1], Signal::Typing).await, Noted::Opened);
    let taken_over = Aggregate {
        typing: BTreeSet::from([users[1]]),
        ..late
    };
    assert_eq!(world.take(room).await, Some(taken_over));
}

async fn a_list_holds_as_many_users_as_hear_of_it(world: &World) {
    let (room, users) = (number(7), world.clock.user_ids(AGGREGATED_CONNECTIONS + 1));
    world.note(room, users[0], Signal::Read).await;
    world.clock.pass(1);
    for user in &users[1..AGGREGATED_CONNECTIONS] {
        assert_eq!(world.note(room, *user, Signal::Read).await, Noted::Added);
    }
    let one_more = users[AGGREGATED_CONNECTIONS];
    assert_eq!(world.note(room, one_more, Signal::Read).await, Noted::Full);
    assert_eq!(world.note(room, users[1], Signal::Read).await, Noted::Added);
    assert_eq!(world.note(room, one_more, Signal::Typing).await, Noted::Added);
    let taken = world.take(room).await.unwrap();
    assert_eq!(taken.read.len(), AGGREGATED_CONNECTIONS);
    assert_eq!(
        taken.users().len(),
        AGGREGATED_CONNECTIONS,
        "as many rows as one read has"
    );

    // A full list that nobody came for is in nobody's way.
    world.note(room, users[0], Signal::Read).await;
    world.clock.pass(1);
    for user in &users[1..AGGREGATED_CONNECTIONS] {
        world.note(room, *user, Signal::Read).await;
    }
    world.clock.pass(2 * AGGREGATE_SECONDS);
    assert_eq!(world.note(room, one_more, Signal::Read).await, Noted::Opened);
    let taken = world.take(room).await.unwrap();
    assert!(taken.read.contains(&one_more));
    assert_eq!(taken.users().len(), AGGREGATED_CONNECTIONS);
}

async fn it_is_no_subscription(world: &World) {
    let members = world.clock.user_ids(1);
    let room = world.room(1, &members).await.number;
    let who = subscriber(members[0], &world.connect(members[0], "phone=").await);
    let until = world.now().plus_seconds(100);
    world.store.subscribe(&world.app, room, &who, until).await.unwrap();
    world.note(room, members[0], Signal::Typing).await;
    let heard = world.store.subscribers(&world.app, room, world.now()).await.unwrap();
    assert_eq!(heard, [who]);
    let roster = world.store.roster(&world.app, room, None, 10, world.now()).await;
    assert_eq!(roster.unwrap().users, members);
    world
        .store
        .delete_subscriptions_of_room(&world.app, room)
        .await
        .unwrap();
    assert!(world.take(room).await.is_some());
}
