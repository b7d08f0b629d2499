//! Members: joining, pages, read positions.

use parlour_domain::log::Body;
use parlour_domain::member::{ReadPosition, Role};
use parlour_domain::{RoomNumber, UserId};
use parlour_store::{AppendRefusal, Appended};

use crate::given::{entry_of, number, seq};
use crate::world::World;

on_both_engines!(
    a_joining_member_has_read_everything_up_to_the_entry_that_says_so,
    nobody_joins_twice,
    ninety_join_together_or_not_at_all,
    nobody_joins_a_room_that_is_not_there,
    members_are_listed_page_by_page,
    a_read_position_moves_up_and_never_down,
);

/// Makes a user a member of a room.
pub(crate) async fn join(world: &World, room: RoomNumber, user: UserId) -> Result<Appended, AppendRefusal> {
    let body = Body::MemberJoined {
        user,
        role: Role::Member,
    };
    let draft = world.clock.draft(None, None, body);
    let who = (user, Role::Member);
    world
        .store
        .add_member(&world.app, room, who, &draft, None, world.now())
        .await
}

/// What the room's row says of the number of its members.
pub(crate) async fn member_count(world: &World, room: RoomNumber) -> u64 {
    world.store.room(&world.app, room).await.unwrap().unwrap().member_count
}

async fn a_joining_member_has_read_everything_up_to_the_entry_that_says_so(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    for text in ["one", "two"] {
        world.say(room, members[0], text).await;
    }
    let carol = world.clock.user_id();
    let joined = join(world, room, carol).await.unwrap();
    let entry = entry_of(&joined);
    assert_eq!((entry.seq, entry.msg_no, entry.last_msg_seq), (seq(4), 2, seq(3)));
    let row = world.store.member(&world.app, room, carol).await.unwrap().unwrap();
    let read = ReadPosition { seq: seq(4), msg_no: 2 };
    assert_eq!((row.joined_seq, row.read, row.joined_at), (seq(4), read, world.now()));
    assert_eq!(member_count(world, room).await, 3);
}

async fn nobody_joins_twice(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let again = join(world, room, members[1]).await;
    assert!(matches!(again, Err(AppendRefusal::Condition)), "{again:?}");
    assert_eq!((member_count(world, room).await, world.log(room).await.len()), (2, 1));
}

async fn nobody_joins_a_room_that_is_not_there(world: &World) {
    let user = world.clock.user_id();
    assert!(matches!(join(world, number(9), user).await, Err(AppendRefusal::NoRoom)));
    assert!(world.rows().await.is_empty());
}

async fn members_are_listed_page_by_page(world: &World) {
    let mut members = world.clock.user_ids(7);
    let room = world.room(1, &members).await.number;
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = world.store.list_members(&world.app, room, after, 3).await.unwrap();
        listed.extend(page.members.iter().map(|member| member.user));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    members.sort_unstable();
    assert_eq!(listed, members);
    let some = [members[6], world.clock.user_id(), members[0]];
    let found = world.store.members_by_id(&world.app, room, &some).await.unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.contains_key(&members[0]) && found.contains_key(&members[6]));
    let twice = [members[2], members[2]];
    let found = world.store.members_by_id(&world.app, room, &twice).await.unwrap();
    assert_eq!(found.len(), 1, "who is asked for twice");
}

async fn a_read_position_moves_up_and_never_down(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    for text in ["one", "two", "three"] {
        world.say(room, members[0], text).await;
    }
    for (to, moves) in [(3, true), (2, false), (3, false), (4, true), (1, false)] {
        let entry = world.store.entry(&world.app, room, seq(to)).await.unwrap().unwrap();
        let to = ReadPosition {
            seq: entry.seq,
            msg_no: entry.msg_no,
        };
        let moved = world.store.mark_read(&world.app, room, members[1], to).await.unwrap();
        assert_eq!(moved.is_some(), moves, "to {}", to.seq);
    }
    let row = world.store.member(&world.app, room, members[1]).await.unwrap().unwrap();
    assert_eq!(row.read, ReadPosition { seq: seq(4), msg_no: 3 });
    let stranger = world.clock.user_id();
    let moved = world.store.mark_read(&world.app, room, stranger, row.read).await;
    assert_eq!(moved.unwrap(), None);
    assert_eq!(world.store.member(&world.app, room, stranger).await.unwrap(), None);
}

async fn ninety_join_together_or_not_at_all(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let mut users = world.clock.user_ids(90);
    let add = async |users: &[UserId]| {
        let body = Body::MembersAdded {
            members: users.to_vec(),
        };
        let draft = world.clock.draft(None, None, body);
        let claim = world.clock.claim(&world.app, "c", "add", "added");
        let new: Vec<_> = users.iter().map(|user| (*user, Role::Member)).collect();
        let (app, now) = (&world.app, world.now());
        world
            .store
            .add_members(app, room, &new, &draft, Some(&claim), now)
            .await
    };
    let kept = std::mem::replace(&mut users[89], members[1]);
    let refused = add(&users).await;
    assert!(
        matches!(refused, Err(AppendRefusal::Condition)),
        "one is a member: {refused:?}"
    );
    assert_eq!((member_count(world, room).await, world.log(room).await.len()), (2, 1));
    users[89] = kept;
    assert_eq!(entry_of(&add(&users).await.unwrap()).seq, seq(2));
    assert_eq!(add(&users).await.unwrap(), Appended::Replayed("added".to_owned()));
    assert_eq!((member_count(world, room).await, world.log(room).await.len()), (92, 2));
    let row = world.store.member(&world.app, room, kept).await.unwrap().unwrap();
    assert_eq!((row.joined_seq, row.read.seq), (seq(2), seq(2)));
}
