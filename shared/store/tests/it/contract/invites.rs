//! Invites: none for who has a row among the members, used up once, ended by time, ban and departure.

use parlour_domain::invite::Invite;
use parlour_domain::log::Body;
use parlour_domain::member::{Ban, Role};
use parlour_domain::{RoomNumber, UserId};
use parlour_store::{AppendRefusal, Appended, Written};

use crate::contract::departures::{begin, finish};
use crate::contract::members::{join, member_count};
use crate::world::World;

on_both_engines!(
    an_invite_is_made_once_and_ends_with_its_time,
    nobody_is_invited_who_has_a_place_among_the_members,
    an_invite_makes_one_member_once,
    a_departure_and_a_ban_end_an_invite,
    an_invite_is_taken_back_and_declined,
    invites_come_in_pages,
);

async fn invite(world: &World, room: RoomNumber, user: UserId) -> Written {
    let until = world.now().plus_seconds(60);
    let invite = Invite::new(user, None, world.now(), Some(until));
    let put = world.store.put_invite(&world.app, room, &invite, None);
    put.await.unwrap()
}

async fn there(world: &World, room: RoomNumber, user: UserId) -> bool {
    let found = world.store.invite(&world.app, room, user).await.unwrap();
    found.is_some()
}

async fn accept(world: &World, room: RoomNumber, user: UserId) -> Result<Appended, AppendRefusal> {
    let role = Role::Member;
    let draft = world.clock.draft(Some(user), None, Body::MemberJoined { user, role });
    let (store, app) = (&world.store, &world.app);
    store
        .accept_invite(app, room, (user, role), &draft, None, world.now())
        .await
}

async fn an_invite_is_made_once_and_ends_with_its_time(world: &World) {
    let room = world.room(1, &world.clock.user_ids(1)).await.number;
    let bob = world.clock.user_id();
    assert_eq!(invite(world, room, bob).await, Written::Done);
    world.clock.pass(59);
    assert_eq!(invite(world, room, bob).await, Written::Refused);
    let first = world.store.invite(&world.app, room, bob).await.unwrap().unwrap();
    assert!(first.holds(world.now()));
    world.clock.pass(1);
    assert!(!first.holds(world.now()));
    assert!(matches!(accept(world, room, bob).await, Err(AppendRefusal::Condition)));
    assert_eq!(invite(world, room, bob).await, Written::Done);
    let second = world.store.invite(&world.app, room, bob).await.unwrap().unwrap();
    assert_eq!(second.at, world.now());
    assert_eq!(
        world.log(room).await.len(),
        1,
        "an invite is nothing that happens in the room"
    );
}

async fn nobody_is_invited_who_has_a_place_among_the_members(world: &World) {
    let members = world.clock.user_ids(2);
    let (room, bob) = (world.room(1, &members).await.number, members[1]);
    assert_eq!(invite(world, room, bob).await, Written::Refused);
    begin(world, room, bob).await;
    assert_eq!(
        invite(world, room, bob).await,
        Written::Refused,
        "not before all is told"
    );
    finish(world, room, bob).await.unwrap();
    assert_eq!(invite(world, room, bob).await, Written::Done);
    let carol = world.clock.user_id();
    let ban = Ban {
        at: world.now(),
        by: None,
        until: Some(world.now().plus_seconds(30)),
    };
    let place = (&world.app, room, carol);
    world.store.ban_stranger(place, &ban, None).await.unwrap();
    assert_eq!(invite(world, room, carol).await, Written::Refused);
    world.clock.pass(30);
    assert_eq!(invite(world, room, carol).await, Written::Done);
    accept(world, room, carol).await.unwrap();
}

async fn an_invite_makes_one_member_once(world: &World) {
    let room = world.room(1, &world.clock.user_ids(1)).await.number;
    let (bob, eve) = (world.clock.user_id(), world.clock.user_id());
    invite(world, room, bob).await;
    assert!(matches!(accept(world, room, eve).await, Err(AppendRefusal::Condition)));
    accept(world, room, bob).await.unwrap();
    assert!(!there(world, room, bob).await);
    assert_eq!((member_count(world, room).await, world.log(room).await.len()), (2, 2));
    assert!(matches!(accept(world, room, bob).await, Err(AppendRefusal::Condition)));
    assert_eq!((member_count(world, room).await, world.log(room).await.len()), (2, 2));
}

async fn a_departure_and_a_ban_end_an_invite(world: &World) {
    let room = world.room(1, &world.clock.user_ids(1)).await.number;
    let (bob, carol) = (world.clock.user_id(), world.clock.user_id());
    for user in [bob, carol] {
        invite(world, room, user).await;
    }
    join(world, room, bob).await.unwrap();
    assert!(there(world, room, bob).await, "another way in leaves it");
    begin(world, room, bob).await;
    finish(world, room, bob).await.unwrap();
    assert!(!there(world, room, bob).await);
    let ban = Ban {
        at: world.now(),
        by: None,
        until: None,
    };
    let place = (&world.app, room, carol);
    world.store.ban_stranger(place, &ban, None).await.unwrap();
    assert!(!there(world, room, carol).await);
}

async fn an_invite_is_taken_back_and_declined(world: &World) {
    let room = world.room(1, &world.clock.user_ids(1)).await.number;
    let bob = world.clock.user_id();
    let (store, place) = (&world.store, (&world.app, room, bob));
    let revoke = async || store.revoke_invite(place, None, world.now()).await.unwrap();
    assert_eq!(revoke().await, Written::Refused);
    invite(world, room, bob).await;
    assert_eq!(revoke().await, Written::Done);
    assert!(!there(world, room, bob).await);
    invite(world, room, bob).await;
    world.clock.pass(60);
    assert_eq!(revoke().await, Written::Refused, "it has ended by itself");
    for _ in 0..2 {
        assert_eq!(store.decline_invite(place, None).await.unwrap(), Written::Done);
        assert!(!there(world, room, bob).await);
    }
}

async fn invites_come_in_pages(world: &World) {
    let owner = world.clock.user_ids(1);
    let room = world.room(1, &owner).await.number;
    let mut invited = world.clock.user_ids(5);
    for user in &invited {
        invite(world, room, *user).await;
    }
    invited.sort_unstable();
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = world.store.invites_of_room(&world.app, room, after, 2).await.unwrap();
        listed.extend(page.invites.iter().map(|invite| invite.user));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(listed, invited);
    let page = world.store.list_members(&world.app, room, None, 9).await.unwrap();
    assert_eq!(page.members.len(), 1, "no invite among the members");

    let bob = world.clock.user_id();
    for number in 2..=4 {
        let room = world.room(number, &owner).await.number;
        world.clock.pass(1);
        invite(world, room, bob).await;
    }
    let (mut listed, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = world
            .store
            .invites_of_user(&world.app, bob, after.as_deref(), 2)
            .await
            .unwrap();
        listed.extend(page.invites.iter().map(|own| own.room.get()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(listed, [2, 3, 4]);
    let (store, app) = (&world.store, &world.app);
    let page = store.invites_of_user(app, bob, None, 9).await.unwrap();
    let behind = store.invites_of_user(app, bob, Some(&page.invites[0].place), 9).await;
    let behind: Vec<u64> = behind.unwrap().invites.iter().map(|own| own.room.get()).collect();
    assert_eq!(behind, [3, 4], "each has the place that the list goes on behind");
}
