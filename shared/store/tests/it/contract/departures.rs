//! Leaving and being removed, step by step, and coming back.

use parlour_domain::log::{Body, Draft};
use parlour_domain::member::{ReadPosition, Standing};
use parlour_domain::{RoomNumber, UserId};
use parlour_store::{AppendRefusal, Appended, Begin, Start, Store, Subscribed, Written};

use crate::contract::members::{join, member_count};
use crate::given::{entry_of, seq, subscriber};
use crate::world::World;

on_both_engines!(
    who_is_leaving_has_no_rights_before_the_entry_says_so,
    finishing_a_departure_twice_tells_it_once,
    who_left_may_come_back,
    a_departure_is_a_change_of_an_active_member_only,
    a_departure_from_a_deleted_room_leaves_no_entry_and_no_row,
    a_message_that_waited_does_not_follow_its_sender_out,
);

/// Step 1 of a departure.
pub(crate) async fn begin(world: &World, room: RoomNumber, user: UserId) -> Written {
    let mut moment = world.clock.moment();
    let begun = world
        .store
        .begin_departure(&world.app, room, user, None, &mut moment, None);
    begun.await.unwrap()
}

/// The other steps of a departure.
pub(crate) async fn finish(world: &World, room: RoomNumber, user: UserId) -> Option<Appended> {
    world
        .store
        .finish_departure(&world.app, room, user, world.now())
        .await
        .unwrap()
}

async fn who_is_leaving_has_no_rights_before_the_entry_says_so(world: &World) {
    let members = world.clock.user_ids(3);
    let (room, leaver) = (world.room(1, &members).await.number, members[1]);
    let [phone, laptop] = [
        world.connect(leaver, "phone").await,
        world.connect(leaver, "laptop").await,
    ];
    let until = world.now().plus_seconds(3_600);
    let phone = subscriber(leaver, &phone);
    let laptop = subscriber(leaver, &laptop);
    assert_eq!(
        world.store.subscribe(&world.app, room, &phone, until).await.unwrap(),
        Subscribed::Done
    );
    assert_eq!(begin(world, room, leaver).await, Written::Done);

    let row = world.store.member(&world.app, room, leaver).await.unwrap().unwrap();
    assert_eq!(row.standing, Standing::Leaving);
    assert_eq!(member_count(world, room).await, 3, "counted until the entry says so");
    assert_eq!(
        world
            .store
            .list_members(&world.app, room, None, 9)
            .await
            .unwrap()
            .members
            .len(),
        2
    );
    assert!(
        world
            .store
            .members_by_id(&world.app, room, &[leaver])
            .await
            .unwrap()
            .is_empty()
    );
    let refused = world.store.subscribe(&world.app, room, &laptop, until).await.unwrap();
    assert_eq!(refused, Subscribed::NotAMember);
    let to = ReadPosition { seq: seq(2), msg_no: 0 };
    assert_eq!(world.store.mark_read(&world.app, room, leaver, to).await.unwrap(), None);
    assert!(matches!(join(world, room, leaver).await, Err(AppendRefusal::Condition)));
    assert_eq!(world.log(room).await.len(), 1);

    let finished = finish(world, room, leaver).await.unwrap();
    assert!(matches!(entry_of(&finished).body, Body::MemberLeft { user, banned: false } if user == leaver));
    assert_eq!(world.store.member(&world.app, room, leaver).await.unwrap(), None);
    assert!(
        world
            .store
            .subscribers(&world.app, room, world.now())
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(member_count(world, room).await, 2);
    let (rooms, _) = world.store.rooms_of(&world.app, leaver, None, 9).await.unwrap();
    assert!(rooms.is_empty());
}

async fn finishing_a_departure_twice_tells_it_once(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    begin(world, room, members[1]).await;
    assert!(finish(world, room, members[1]).await.is_some());
    assert!(finish(world, room, members[1]).await.is_none());
    assert_eq!((member_count(world, room).await, world.log(room).await.len()), (1, 2));
}

async fn who_left_may_come_back(world: &World) {
    let members = world.clock.user_ids(2);
    let (room, user) = (world.room(1, &members).await.number, members[1]);
    for round in 0..3 {
        assert_eq!(begin(world, room, user).await, Written::Done);
        finish(world, room, user).await.unwrap();
        world.clock.pass(60);
        let joined = join(world, room, user).await.unwrap();
        let row = world.store.member(&world.app, room, user).await.unwrap().unwrap();
        assert_eq!(row.standing, Standing::Active);
        assert_eq!((row.joined_seq, row.joined_at), (entry_of(&joined).seq, world.now()));
        assert_eq!(entry_of(&joined).seq.get(), 3 + 2 * round);
        assert_eq!(member_count(world, room).await, 2);
    }
}

async fn a_departure_is_a_change_of_an_active_member_only(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let stranger = world.clock.user_id();
    assert_eq!(begin(world, room, stranger).await, Written::Refused);
    assert_eq!(world.store.member(&world.app, room, stranger).await.unwrap(), None);
    assert!(finish(world, room, stranger).await.is_none());
    assert!(
        finish(world, room, members[1]).await.is_none(),
        "an active member is not sent off"
    );
    assert_eq!(begin(world, room, members[1]).await, Written::Done);
    assert_eq!(begin(world, room, members[1]).await, Written::Refused);
}

async fn a_departure_from_a_deleted_room_leaves_no_entry_and_no_row(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await;
    begin(world, room.number, members[1]).await;
    let draft = world.clock.draft(None, None, Body::RoomDeleted);
    world
        .store
        .delete_room(&world.app, &room, &draft, None, world.now())
        .await
        .unwrap();
    assert!(finish(world, room.number, members[1]).await.is_none());
    assert_eq!(
        world.store.member(&world.app, room.number, members[1]).await.unwrap(),
        None
    );
    assert_eq!(world.log(room.number).await.len(), 2);
}

/// The membership was checked, then the sender left, then the message got its turn: in this process, in another one, from a
/// base, and under a claim.
async fn a_message_that_waited_does_not_follow_its_sender_out(world: &World) {
    let members = world.clock.user_ids(2);
    let (room, leaver) = (world.room(1, &members).await.number, members[1]);
    world.say(room, members[0], "first").await;
    let elsewhere = Store::new(world.raw.clone(), world.store.tables().clone());
    let plain = world.clock.message(leaver, None, "plain");
    let named = world.clock.message(leaver, Some("c1"), "named");
    let begin_at_head = |draft: Draft| async move {
        let begun = world.store.begin_append(&world.app, room, &draft, Start::Head).await;
        (draft, begun.unwrap())
    };
    let waiting = [begin_at_head(plain.clone()).await, begin_at_head(named.clone()).await];
    assert_eq!(begin(world, room, leaver).await, Written::Done);
    finish(world, room, leaver).await.unwrap();
    let begun = world.store.begin_append(&world.app, room, &plain, Start::Head).await;
    assert!(matches!(begun, Ok(Begin::Barred)), "the last entry says so: {begun:?}");
    world.say(room, members[0], "after").await;

    for (draft, begun) in waiting {
        for store in [&world.store, &elsewhere] {
            let appended = store.append(&world.app, room, &draft, begun.clone(), world.now()).await;
            assert!(matches!(appended, Err(AppendRefusal::NotAMember)), "{appended:?}");
        }
    }
    let from_base = world
        .store
        .begin_append(&world.app, room, &named, Start::Base(seq(1)))
        .await
        .unwrap();
    assert!(matches!(from_base, Begin::Left), "{from_base:?}");

    join(world, room, leaver).await.unwrap();
    let begun = world
        .store
        .begin_append(&world.app, room, &named, Start::Base(seq(1)))
        .await
        .unwrap();
    let appended = world
        .store
        .append(&world.app, room, &named, begun, world.now())
        .await
        .unwrap();
    assert_eq!(
        entry_of(&appended).seq,
        seq(6),
        "back in the room, the same message is welcome"
    );
}
