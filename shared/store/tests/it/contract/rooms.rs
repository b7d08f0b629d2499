//! Rooms: creation with their log, direct rooms, changes by version, deletion.

use parlour_domain::log::Body;
use parlour_domain::room::{Room, RoomChange};
use parlour_domain::{RoomKey, RoomNumber};
use parlour_store::{AppendRefusal, Appended, Created, Keyed, members_hash};

use crate::given::{How, client_id, entry_of, name, number, send};
use crate::world::World;

on_both_engines!(
    a_room_begins_with_40_members_and_entry_1,
    a_direct_room_is_not_made_twice_in_either_order,
    those_with_a_direct_room_are_told_from_others,
    a_key_is_one_room_until_that_is_deleted,
    a_change_of_a_room_stands_or_falls_with_its_entry,
    a_room_cannot_be_made_again_under_its_number,
    a_deleted_room_keeps_its_row_and_its_closed_log,
    the_pair_of_a_deleted_direct_room_may_have_a_new_one,
    rooms_of_a_user_are_listed_in_order_of_joining,
);

async fn a_room_begins_with_40_members_and_entry_1(world: &World) {
    let members = world.clock.user_ids(40);
    let room = world.room(1, &members).await;
    assert_eq!(
        world.store.room(&world.app, room.number).await.unwrap(),
        Some(room.clone())
    );
    let log = world.log(room.number).await;
    assert_eq!(log.len(), 1);
    assert!(matches!(&log[0].body, Body::RoomCreated { members: named, .. } if *named == members));
    let page = world
        .store
        .list_members(&world.app, room.number, None, 50)
        .await
        .unwrap();
    assert_eq!((page.members.len(), page.next), (40, None));
    let owner = world
        .store
        .member(&world.app, room.number, members[0])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(owner.role, parlour_domain::member::Role::Owner);
    assert_eq!(
        (owner.joined_seq, owner.read.seq, owner.read.msg_no),
        (log[0].seq, log[0].seq, 0)
    );
}

async fn those_with_a_direct_room_are_told_from_others(world: &World) {
    let [ada, bob, eve, carol] = [(); 4].map(|()| world.clock.user_id());
    for (room, pair) in [(1, [ada, bob]), (2, [eve, ada]), (3, [bob, carol])] {
        let room = world.clock.direct(number(room), pair);
        assert_eq!(world.make(&room, &pair, None).await, Created::Done);
    }
    let others = [carol, bob, eve, bob];
    let with = world.store.with_direct_rooms(&world.app, ada, &others).await.unwrap();
    assert_eq!(with, [bob, eve].into());
    let none = world.store.with_direct_rooms(&world.app, ada, &[]).await.unwrap();
    assert!(none.is_empty());
}

async fn a_direct_room_is_not_made_twice_in_either_order(world: &World) {
    let [ada, bob] = [world.clock.user_id(), world.clock.user_id()];
    let room = world.clock.direct(number(1), [ada, bob]);
    assert_eq!(world.make(&room, &[ada, bob], None).await, Created::Done);
    for (again, pair) in [(2, [ada, bob]), (3, [bob, ada])] {
        let room = world.clock.direct(number(again), pair);
        assert_eq!(world.make(&room, &pair, None).await, Created::Existing(number(1)));
        assert_eq!(world.store.room(&world.app, number(again)).await.unwrap(), None);
        assert!(world.log(number(again)).await.is_empty());
        let [one, other] = pair;
        assert_eq!(
            world.store.direct_room(&world.app, one, other).await.unwrap(),
            Some(number(1))
        );
    }
    let stranger = world.clock.user_id();
    assert_eq!(world.store.direct_room(&world.app, ada, stranger).await.unwrap(), None);
}

fn renamed(world: &World, room: &Room, to: &str) -> Room {
    let change = RoomChange {
        name: Some(Some(name(to))),
        ..RoomChange::default()
    };
    room.changed(change, world.now())
}

async fn change(world: &World, before: &Room, after: &Room) -> Result<Appended, AppendRefusal> {
    let body = Body::room_updated(after);
    let draft = world.clock.draft(None, None, body);
    world
        .store
        .update_room(&world.app, before, after, &draft, None, world.now())
        .await
}

async fn a_change_of_a_room_stands_or_falls_with_its_entry(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await;
    let after = renamed(world, &room, "new");
    let appended = change(world, &room, &after).await.unwrap();
    assert_eq!(entry_of(&appended).seq.get(), 2);
    assert_eq!(
        world.store.room(&world.app, room.number).await.unwrap(),
        Some(after.clone())
    );
    let late = renamed(world, &room, "late");
    assert!(matches!(
        change(world, &room, &late).await,
        Err(AppendRefusal::Condition)
    ));
    assert_eq!(
        world.store.room(&world.app, room.number).await.unwrap(),
        Some(after.clone())
    );
    assert_eq!(world.log(room.number).await.len(), 2);
    let nameless = after.changed(
        RoomChange {
            name: Some(None),
            ..RoomChange::default()
        },
        world.now(),
    );
    change(world, &after, &nameless).await.unwrap();
    assert_eq!(
        world.store.room(&world.app, room.number).await.unwrap().unwrap().name,
        None
    );
}

async fn a_room_cannot_be_made_again_under_its_number(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await;
    world.say(room.number, members[0], "hello").await;
    assert_eq!(world.make(&room, &members, None).await, Created::Busy);
    assert_eq!(world.log(room.number).await.len(), 2);
}

async fn delete(world: &World, room: &Room) -> Result<Appended, AppendRefusal> {
    let draft = world.clock.draft(None, None, Body::RoomDeleted);
    world
        .store
        .delete_room(&world.app, room, &draft, None, world.now())
        .await
}

async fn a_deleted_room_keeps_its_row_and_its_closed_log(world: &World) {
    let members = world.clock.user_ids(3);
    let room = world.room(1, &members).await;
    world.say(room.number, members[0], "hello").await;
    assert_eq!(entry_of(&delete(world, &room).await.unwrap()).seq.get(), 3);
    assert!(
        world
            .store
            .room(&world.app, room.number)
            .await
            .unwrap()
            .unwrap()
            .deleted
    );
    let draft = world.clock.message(members[0], None, "too late");
    for how in [How::Once, How::Claim] {
        let draft = parlour_domain::log::Draft {
            client_id: (how == How::Claim).then(|| client_id("c")),
            ..draft.clone()
        };
        let refused = send(&world.store, &world.app, room.number, &draft, how, world.now()).await;
        assert!(matches!(refused, Err(AppendRefusal::Closed)), "{refused:?}");
    }
    assert!(matches!(delete(world, &room).await, Err(AppendRefusal::Closed)));
    let late = renamed(world, &room, "late");
    assert!(matches!(change(world, &room, &late).await, Err(AppendRefusal::Closed)));
    world.store.finish_room_deletion(&world.app, room.number).await.unwrap();
    assert!(
        world
            .store
            .list_members(&world.app, room.number, None, 9)
            .await
            .unwrap()
            .members
            .is_empty()
    );
    assert!(
        world
            .store
            .room(&world.app, room.number)
            .await
            .unwrap()
            .unwrap()
            .deleted
    );
    assert_eq!(world.log(room.number).await.len(), 3);
    assert_eq!(
        world.make(&room, &members, None).await,
        Created::Busy,
        "its number is used up"
    );
}

async fn the_pair_of_a_deleted_direct_room_may_have_a_new_one(world: &World) {
    let pair = [world.clock.user_id(), world.clock.user_id()];
    let room = world.clock.direct(number(1), pair);
    world.make(&room, &pair, None).await;
    delete(world, &room).await.unwrap();
    assert_eq!(
        world.store.direct_room(&world.app, pair[0], pair[1]).await.unwrap(),
        None
    );
    let next = world.clock.direct(number(2), [pair[1], pair[0]]);
    assert_eq!(world.make(&next, &pair, None).await, Created::Done);
}

async fn rooms_of_a_user_are_listed_in_order_of_joining(world: &World) {
    let members = world.clock.user_ids(2);
    for room in [5, 3, 9] {
        world.room(room, &members).await;
        world.clock.pass(1);
    }
    world.room(1, &members[..1]).await;
    let (first, next) = world.store.rooms_of(&world.app, members[1], None, 2).await.unwrap();
    assert_eq!(first, [number(5), number(3)]);
    let (rest, next) = world
        .store
        .rooms_of(&world.app, members[1], next.as_deref(), 2)
        .await
        .unwrap();
    assert_eq!((rest, next), (vec![number(9)], None));
    let (store, app) = (&world.store, &world.app);
    let (joined, _) = store.joined_rooms(app, members[1], None, 9).await.unwrap();
    let order: Vec<RoomNumber> = joined.iter().map(|(room, _)| *room).collect();
    assert_eq!(order, [number(5), number(3), number(9)]);
    for (at, (_, place)) in joined.iter().enumerate() {
        let (behind, _) = store.rooms_of(app, members[1], Some(place), 9).await.unwrap();
        assert_eq!(
            behind,
            order[at + 1..],
            "each has the place that the list goes on behind"
        );
    }
    let wanted = [number(5), number(1), number(7)];
    let found = world
        .store
        .rooms_and_members(&world.app, members[1], &wanted, true)
        .await
        .unwrap();
    assert_eq!(
        found.len(),
        1,
        "only rooms that exist and of which the user is a member"
    );
    assert_eq!(found[&number(5)].1.user, members[1]);
}

async fn a_key_is_one_room_until_that_is_deleted(world: &World) {
    let members = world.clock.user_ids(3);
    let key = RoomKey::parse("usr-1#2").unwrap();
    let keyed = |room: u64| Room {
        key: Some(key.clone()),
        ..world.clock.group(number(room), &members)
    };
    assert_eq!(world.make(&keyed(1), &members, None).await, Created::Done);
    let expected = Keyed {
        room: number(1),
        members: members_hash(members.iter().rev().copied()),
    };
    let found = world.store.room_by_key(&world.app, &key).await.unwrap();
    assert_eq!(found.as_ref(), Some(&expected));
    assert_eq!(world.make(&keyed(2), &members, None).await, Created::Keyed(expected));
    assert_eq!(world.store.room(&world.app, number(2)).await.unwrap(), None);
    delete(world, &keyed(1)).await.unwrap();
    assert_eq!(world.store.room_by_key(&world.app, &key).await.unwrap(), None);
    assert_eq!(world.make(&keyed(2), &members, None).await, Created::Done);
    assert!(world.store.room(&world.app, number(1)).await.unwrap().unwrap().deleted);
}
