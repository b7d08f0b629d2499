//! Subscriptions: who hears of a room, and until when.

use parlour_domain::limits::ROOMS_PER_CONNECTION;
use parlour_store::{Subscribed, Subscriber};

use crate::contract::departures::begin;
use crate::given::{connection_id, number, subscriber};
use crate::world::World;

on_both_engines!(
    a_subscriber_is_listed_with_its_endpoint_until_its_lease_ends,
    only_an_active_member_with_a_connection_subscribes,
    a_connection_joins_at_most_100_rooms,
    a_connection_knows_which_of_its_rooms_it_still_hears_of,
    ending_a_subscription_is_repeatable_and_frees_its_place,
    extending_moves_the_end_of_what_is_there,
    rooms_come_in_the_order_in_which_they_were_joined,
    some_of_those_who_hear_of_a_room_are_as_many_as_are_asked_for,
);

async fn a_subscriber_is_listed_with_its_endpoint_until_its_lease_ends(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let phone = Subscriber {
        endpoint: Some("https://gateway.example/stage".to_owned()),
        ..subscriber(members[0], &world.connect(members[0], "phone=").await)
    };
    let laptop = subscriber(members[1], &world.connect(members[1], "laptop=").await);
    for (who, seconds) in [(&phone, 100), (&laptop, 50)] {
        let until = world.now().plus_seconds(seconds);
        assert_eq!(
            world.store.subscribe(&world.app, room, who, until).await.unwrap(),
            Subscribed::Done
        );
    }
    let listed = async || {
        let mut found = world.store.subscribers(&world.app, room, world.now()).await.unwrap();
        found.sort_by_key(|who| who.user);
        found
    };
    let mut both = vec![phone.clone(), laptop];
    both.sort_by_key(|who| who.user);
    assert_eq!(listed().await, both);
    world.clock.pass(51);
    assert_eq!(listed().await, std::slice::from_ref(&phone));
    world.clock.pass(50);
    assert!(listed().await.is_empty());
    assert!(
        world
            .store
            .subscribers(&world.app, number(2), world.now())
            .await
            .unwrap()
            .is_empty()
    );
}

async fn only_an_active_member_with_a_connection_subscribes(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let until = world.now().plus_seconds(3_600);
    let stranger = world.clock.user_id();
    let cases = [
        (
            subscriber(stranger, &world.connect(stranger, "s").await),
            Subscribed::NotAMember,
        ),
        (
            subscriber(members[0], &connection_id("nowhere")),
            Subscribed::NoConnection,
        ),
        (
            subscriber(members[1], &world.connect(members[1], "m").await),
            Subscribed::Done,
        ),
    ];
    for (who, expected) in &cases {
        assert_eq!(
            world.store.subscribe(&world.app, room, who, until).await.unwrap(),
            *expected
        );
    }
    begin(world, room, members[1]).await;
    let leaving = world
        .store
        .subscribe(&world.app, room, &cases[2].0, until)
        .await
        .unwrap();
    assert_eq!(leaving, Subscribed::NotAMember);
    assert_eq!(
        world
            .store
            .subscribers(&world.app, room, world.now())
            .await
            .unwrap()
            .len(),
        1
    );
}

async fn a_connection_joins_at_most_100_rooms(world: &World) {
    let user = world.clock.user_id();
    let who = subscriber(user, &world.connect(user, "c").await);
    let until = world.now().plus_seconds(3_600);
    let most = u64::try_from(ROOMS_PER_CONNECTION).unwrap();
    for room in 1..=most + 1 {
        world.room(room, &[user]).await;
        let expected = if room <= most {
            Subscribed::Done
        } else {
            Subscribed::NoConnection
        };
        assert_eq!(
            world
                .store
                .subscribe(&world.app, number(room), &who, until)
                .await
                .unwrap(),
            expected
        );
    }
    let again = world.store.subscribe(&world.app, number(7), &who, until).await.unwrap();
    assert_eq!(again, Subscribed::Done, "a room joined already takes no further place");
    world
        .store
        .unsubscribe(&world.app, number(7), user, &who.connection)
        .await
        .unwrap();
    let freed = world
        .store
        .subscribe(&world.app, number(most + 1), &who, until)
        .await
        .unwrap();
    assert_eq!(freed, Subscribed::Done);
}

async fn a_connection_knows_which_of_its_rooms_it_still_hears_of(world: &World) {
    let user = world.clock.user_id();
    let who = subscriber(user, &world.connect(user, "c").await);
    for (room, seconds) in [(1, 100), (2, 50), (3, 100)] {
        world.room(room, &[user]).await;
        let until = world.now().plus_seconds(seconds);
        world
            .store
            .subscribe(&world.app, number(room), &who, until)
            .await
            .unwrap();
    }
    let heard = async || {
        let connection = world
            .store
            .connection(&world.app, user, &who.connection, world.now())
            .await
            .unwrap();
        let rooms: Vec<_> = connection.unwrap().rooms().collect();
        let mut rooms = world
            .store
            .subscribed(&world.app, user, &who.connection, &rooms, world.now())
            .await
            .unwrap();
        rooms.sort_unstable();
        rooms
    };
    assert_eq!(heard().await, [number(1), number(2), number(3)]);
    world.clock.pass(51);
    assert_eq!(heard().await, [number(1), number(3)]);
    world
        .store
        .unsubscribe(&world.app, number(1), user, &who.connection)
        .await
        .unwrap();
    assert_eq!(heard().await, [number(3)]);
    world
        .store
        .delete_subscriptions_of_room(&world.app, number(3))
        .await
        .unwrap();
    assert!(heard().await.is_empty());
}

async fn ending_a_subscription_is_repeatable_and_frees_its_place(world: &World) {
    let user = world.clock.user_id();
    let room = world.room(1, &[user]).await.number;
    let who = subscriber(user, &world.connect(user, "c").await);
    let until = world.now().plus_seconds(3_600);
    for _ in 0..2 {
        world.store.subscribe(&world.app, room, &who, until).await.unwrap();
        for _ in 0..2 {
            world
                .store
                .unsubscribe(&world.app, room, user, &who.connection)
                .await
                .unwrap();
        }
        let connection = world
            .store
            .connection(&world.app, user, &who.connection, world.now())
            .await
            .unwrap();
        assert_eq!(connection.unwrap().rooms().count(), 0);
        assert!(
            world
                .store
                .subscribers(&world.app, room, world.now())
                .await
                .unwrap()
                .is_empty()
        );
    }
}

async fn extending_moves_the_end_of_what_is_there(world: &World) {
    let user = world.clock.user_id();
    let who = subscriber(user, &world.connect(user, "c").await);
    for room in [1, 2] {
        world.room(room, &[user]).await;
    }
    let until = world.now().plus_seconds(100);
    world.store.subscribe(&world.app, number(1), &who, until).await.unwrap();
    let before = world.rows().await.len();
    let later = world.now().plus_seconds(200);
    let rooms = [number(1), number(2)];
    world
        .store
        .extend_subscriptions(&world.app, user, &who.connection, &rooms, later)
        .await
        .unwrap();
    assert_eq!(world.rows().await.len(), before, "what is gone stays gone");
    world.clock.pass(150);
    assert_eq!(
        world
            .store
            .subscribers(&world.app, number(1), world.now())
            .await
            .unwrap(),
        [who]
    );
    assert!(
        world
            .store
            .subscribers(&world.app, number(2), world.now())
            .await
            .unwrap()
            .is_empty()
    );
}

async fn rooms_come_in_the_order_in_which_they_were_joined(world: &World) {
    let (store, app, user) = (&world.store, &world.app, world.clock.user_id());
    let id = world.connect(user, "c1").await;
    let (who, until) = (subscriber(user, &id), world.now().plus_seconds(3_600));
    let rooms = [3, 1, 2].map(number);
    for room in rooms {
        world.room(room.get(), &[user]).await;
    }
    let join = async |room, place: u64| {
        let joined = store.subscribe_in_order(app, room, &who, until, place).await;
        assert_eq!(joined.unwrap(), Subscribed::Done);
    };
    let order = async || store.in_order(app, (user, &id), &rooms, world.now()).await.unwrap();
    assert!(order().await.is_empty());
    for (place, room) in (0..).zip(rooms) {
        join(room, place).await;
    }
    assert_eq!(order().await, [(0, rooms[0]), (1, rooms[1]), (2, rooms[2])]);
    // Again it is what it was.
    join(rooms[1], 9).await;
    assert_eq!(order().await, [(0, rooms[0]), (1, rooms[1]), (2, rooms[2])]);
    store.unsubscribe(app, rooms[0], user, &id).await.unwrap();
    assert_eq!(order().await, [(1, rooms[1]), (2, rooms[2])]);
    join(rooms[0], 3).await;
    assert_eq!(order().await, [(1, rooms[1]), (2, rooms[2]), (3, rooms[0])]);
    world.clock.pass(3_600);
    assert!(order().await.is_empty(), "they have ended");
}

async fn some_of_those_who_hear_of_a_room_are_as_many_as_are_asked_for(world: &World) {
    let members = world.clock.user_ids(3);
    let room = world.room(1, &members).await.number;
    for (user, seconds) in members.iter().zip([100, 50, 100]) {
        let who = subscriber(*user, &world.connect(*user, &format!("{seconds}{user}")).await);
        let until = world.now().plus_seconds(seconds);
        let joined = world.store.subscribe(&world.app, room, &who, until).await;
        assert_eq!(joined.unwrap(), Subscribed::Done);
    }
    let some = async |most| {
        let found = world.store.some_subscribers(&world.app, room, most, world.now()).await;
        found.unwrap().len()
    };
    assert_eq!((some(1).await, some(3).await, some(10).await), (1, 3, 3));
    world.clock.pass(51);
    assert_eq!((some(1).await, some(10).await), (1, 2));
}
