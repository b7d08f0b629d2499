//! What a member's row says of reading: positions back and forth, delivery, and what to notify of.

use parlour_domain::member::{Member, Notification, ReadPosition};
use parlour_domain::{RoomNumber, UserId};
use parlour_store::Written;

use crate::given::seq;
use crate::world::World;

on_both_engines!(
    a_position_goes_back_from_where_it_was_read_only,
    what_is_delivered_moves_up_and_never_down,
    only_a_member_says_what_to_notify_of,
    a_room_is_read_with_its_first_members,
    memberships_of_many_rooms_are_read_at_once,
);

async fn row(world: &World, room: RoomNumber, user: UserId) -> Member {
    world.store.member(&world.app, room, user).await.unwrap().unwrap()
}

async fn read_up_to(world: &World, room: RoomNumber, user: UserId, to: u64) {
    let entry = world.store.entry(&world.app, room, seq(to)).await.unwrap().unwrap();
    let to = ReadPosition {
        seq: entry.seq,
        msg_no: entry.msg_no,
    };
    let moved = world.store.mark_read(&world.app, room, user, to).await.unwrap();
    assert_eq!(moved, Some(row(world, room, user).await));
}

async fn a_position_goes_back_from_where_it_was_read_only(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    for text in ["one", "two", "three"] {
        world.say(room, members[0], text).await;
    }
    read_up_to(world, room, members[1], 3).await;
    let before = row(world, room, members[1]).await;
    let to = ReadPosition { seq: seq(1), msg_no: 0 };
    let back = async |before: &Member| {
        world
            .store
            .mark_unread(&world.app, room, before, to, None)
            .await
            .unwrap()
    };
    read_up_to(world, room, members[1], 4).await;
    assert_eq!(back(&before).await, Written::Refused, "it was read further meanwhile");
    let before = row(world, room, members[1]).await;
    assert_eq!(back(&before).await, Written::Done);
    let after = row(world, room, members[1]).await;
    assert_eq!((after.read, after.seen), (to, seq(4)));
    assert_eq!(after.read_up_to(), seq(4), "for others it stays read");
    assert_eq!(back(&before).await, Written::Refused);
    let stranger = Member {
        user: world.clock.user_id(),
        ..before
    };
    let rows = world.rows().await.len();
    assert_eq!(back(&stranger).await, Written::Refused);
    assert_eq!(world.rows().await.len(), rows);
    read_up_to(world, room, members[1], 2).await;
    assert_eq!(row(world, room, members[1]).await.read_up_to(), seq(4));
    let delivered = world.store.mark_delivered(&world.app, room, members[1], seq(3)).await;
    assert!(!delivered.unwrap(), "what was ever read is delivered");
}

async fn what_is_delivered_moves_up_and_never_down(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    for text in ["one", "two", "three"] {
        world.say(room, members[0], text).await;
    }
    for (to, moves) in [(1, false), (3, true), (2, false), (3, false), (4, true)] {
        let moved = world
            .store
            .mark_delivered(&world.app, room, members[1], seq(to))
            .await
            .unwrap();
        assert_eq!(moved, moves, "to {to}");
    }
    let member = row(world, room, members[1]).await;
    assert_eq!((member.delivered, member.read_up_to()), (seq(4), seq(1)));
    let rows = world.rows().await.len();
    let stranger = world.clock.user_id();
    let moved = world
        .store
        .mark_delivered(&world.app, room, stranger, seq(4))
        .await
        .unwrap();
    assert!(!moved);
    assert_eq!(world.rows().await.len(), rows);
}

async fn only_a_member_says_what_to_notify_of(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let set = async |user, what| {
        world
            .store
            .set_notification(&world.app, room, user, what)
            .await
            .unwrap()
    };
    assert_eq!(row(world, room, members[1]).await.notification, Notification::All);
    for what in [Notification::None, Notification::Mentions, Notification::Mentions] {
        assert!(set(members[1], what).await);
        assert_eq!(row(world, room, members[1]).await.notification, what);
    }
    assert_eq!(row(world, room, members[0]).await.notification, Notification::All);
    let rows = world.rows().await.len();
    assert!(!set(world.clock.user_id(), Notification::None).await);
    assert_eq!(world.rows().await.len(), rows);
}

async fn a_room_is_read_with_its_first_members(world: &World) {
    let mut members = world.clock.user_ids(12);
    let room = world.room(1, &members).await;
    let found = world.store.room_with_members(&world.app, room.number, 8).await.unwrap();
    let (read, shown) = found.unwrap();
    members.sort_unstable();
    let shown: Vec<UserId> = shown.iter().map(|member| member.user).collect();
    assert_eq!((read, shown.as_slice()), (room, &members[4..]));
    let none = crate::given::number(9);
    assert!(
        world
            .store
            .room_with_members(&world.app, none, 8)
            .await
            .unwrap()
            .is_none()
    );
}

async fn memberships_of_many_rooms_are_read_at_once(world: &World) {
    let members = world.clock.user_ids(2);
    let mut rooms = Vec::new();
    for room in 1..=3 {
        rooms.push(world.room(room, &members).await.number);
    }
    rooms.push(world.room(4, &members[..1]).await.number);
    super::departures::begin(world, rooms[1], members[1]).await;
    let found = world.store.memberships(&world.app, members[1], &rooms).await.unwrap();
    let mut found: Vec<RoomNumber> = found.into_keys().collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [rooms[0], rooms[2]],
        "neither one that is left nor one of others"
    );
}
