//! The list of changes that a crash may have left half done, and their completion.

use parlour_domain::log::Body;
use parlour_store::Subscribed;

use crate::contract::departures::{begin, finish};
use crate::given::{number, subscriber};
use crate::world::World;

on_both_engines!(
    a_departure_is_listed_until_it_is_finished,
    a_room_deletion_is_listed_until_it_is_finished,
    the_list_of_a_user_shows_a_room_until_the_departure_begins,
);

async fn a_departure_is_listed_until_it_is_finished(world: &World) {
    let members = world.clock.user_ids(3);
    let room = world.room(1, &members).await.number;
    assert!(world.store.unfinished(10).await.unwrap().is_empty());
    for member in &members[1..] {
        begin(world, room, *member).await;
    }
    let mut listed = world.store.unfinished(10).await.unwrap();
    listed.sort_by_key(|(_, _, user)| *user);
    let mut expected: Vec<_> = members[1..]
        .iter()
        .map(|user| (world.app.clone(), room, Some(*user)))
        .collect();
    expected.sort_by_key(|(_, _, user)| *user);
    assert_eq!(listed, expected);
    assert_eq!(world.store.unfinished(1).await.unwrap().len(), 1);
    for (_, room, user) in listed {
        finish(world, room, user.unwrap()).await.unwrap();
    }
    assert!(world.store.unfinished(10).await.unwrap().is_empty());
}

async fn a_room_deletion_is_listed_until_it_is_finished(world: &World) {
    let members = world.clock.user_ids(3);
    let room = world.room(1, &members).await;
    let who = subscriber(members[1], &world.connect(members[1], "c").await);
    let until = world.now().plus_seconds(3_600);
    assert_eq!(
        world
            .store
            .subscribe(&world.app, room.number, &who, until)
            .await
            .unwrap(),
        Subscribed::Done
    );
    let draft = world.clock.draft(Some(members[0]), None, Body::RoomDeleted);
    world
        .store
        .delete_room(&world.app, &room, &draft, None, world.now())
        .await
        .unwrap();
    let listed = world.store.unfinished(10).await.unwrap();
    assert_eq!(listed, [(world.app.clone(), room.number, None)]);
    for _ in 0..2 {
        world.store.finish_room_deletion(&world.app, room.number).await.unwrap();
        assert!(world.store.unfinished(10).await.unwrap().is_empty());
        assert!(
            world
                .store
                .subscribers(&world.app, room.number, world.now())
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            world.store.member(&world.app, room.number, members[2]).await.unwrap(),
            None
        );
    }
    let refused = world
        .store
        .subscribe(&world.app, room.number, &who, until)
        .await
        .unwrap();
    assert_eq!(refused, Subscribed::NotAMember);
}

async fn the_list_of_a_user_shows_a_room_until_the_departure_begins(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(4, &members).await.number;
    let rooms = async || world.store.rooms_of(&world.app, members[1], None, 9).await.unwrap().0;
    assert_eq!(rooms().await, [number(4)]);
    begin(world, room, members[1]).await;
    assert!(rooms().await.is_empty());
}
