//! Bans: the row stands where the membership stood, and nobody becomes a member over it.

use parlour_domain::UserId;
use parlour_domain::log::Body;
use parlour_domain::member::{Ban, Role, Standing};
use parlour_store::{AppendRefusal, Written};

use crate::contract::departures::finish;
use crate::contract::members::{join, member_count};
use crate::given::entry_of;
use crate::world::World;

on_both_engines!(
    a_member_who_is_banned_leaves_and_does_not_come_back,
    a_ban_of_a_stranger_ends_with_its_time,
    bans_are_listed_page_by_page,
);

fn ban(world: &World, seconds: Option<i64>) -> Ban {
    Ban {
        at: world.now(),
        by: None,
        until: seconds.map(|seconds| world.now().plus_seconds(seconds)),
    }
}

async fn a_member_who_is_banned_leaves_and_does_not_come_back(world: &World) {
    let members = world.clock.user_ids(3);
    let (room, bob) = (world.room(1, &members).await.number, members[1]);
    let (store, app) = (&world.store, &world.app);
    let ban = ban(world, None);
    let mut moment = world.clock.moment();
    let begun = store
        .begin_ban((app, room, bob), &ban, &mut moment, None)
        .await
        .unwrap();
    assert_eq!(begun, Written::Done);
    assert_eq!(
        store.unban(app, room, bob, None).await.unwrap(),
        Written::Refused,
        "not yet one"
    );
    let left = finish(world, room, bob).await.unwrap();
    assert!(matches!(entry_of(&left).body, Body::MemberLeft { user, banned: true } if user == bob));
    let row = store.member(app, room, bob).await.unwrap().unwrap();
    assert_eq!((row.standing, row.ban, row.mute), (Standing::Banned, Some(ban), None));
    assert_eq!(member_count(world, room).await, 2);
    assert!(store.unfinished(9).await.unwrap().is_empty());
    assert!(store.rooms_of(app, bob, None, 9).await.unwrap().0.is_empty());
    assert_eq!(store.list_members(app, room, None, 9).await.unwrap().members.len(), 2);
    assert!(matches!(join(world, room, bob).await, Err(AppendRefusal::Condition)));
    assert!(finish(world, room, bob).await.is_none());
    assert_eq!(store.unban(app, room, bob, None).await.unwrap(), Written::Done);
    assert_eq!(store.unban(app, room, bob, None).await.unwrap(), Written::Refused);
    join(world, room, bob).await.unwrap();
    assert_eq!(member_count(world, room).await, 3);
}

async fn a_ban_of_a_stranger_ends_with_its_time(world: &World) {
    let room = world.room(1, &world.clock.user_ids(1)).await.number;
    let (store, app, carol) = (&world.store, &world.app, world.clock.user_id());
    for seconds in [Some(9_000), Some(60)] {
        let ban = ban(world, seconds);
        let banned = store.ban_stranger((app, room, carol), &ban, None).await.unwrap();
        assert_eq!(banned, Written::Done);
    }
    assert_eq!(world.log(room).await.len(), 1, "nothing happened to the room");
    assert!(matches!(join(world, room, carol).await, Err(AppendRefusal::Condition)));
    world.clock.pass(61);
    join(world, room, carol).await.unwrap();
    let row = store.member(app, room, carol).await.unwrap().unwrap();
    assert_eq!(
        (row.standing, row.ban, row.role),
        (Standing::Active, None, Role::Member)
    );
    let refused = store
        .ban_stranger((app, room, carol), &ban(world, None), None)
        .await
        .unwrap();
    assert_eq!(refused, Written::Refused, "a member is removed first");
}

async fn bans_are_listed_page_by_page(world: &World) {
    let room = world.room(1, &world.clock.user_ids(1)).await.number;
    let mut banned = world.clock.user_ids(5);
    for user in &banned {
        let place = (&world.app, room, *user);
        world.store.ban_stranger(place, &ban(world, None), None).await.unwrap();
    }
    let (mut listed, mut after) = (Vec::<UserId>::new(), None);
    loop {
        let page = world.store.list_bans(&world.app, room, after, 2).await.unwrap();
        listed.extend(page.banned.iter().map(|member| member.user));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    banned.sort_unstable();
    assert_eq!(listed, banned);
}
