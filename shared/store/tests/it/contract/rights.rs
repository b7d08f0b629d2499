//! Roles and mutes with their entries, and who inherits a room.

use parlour_domain::log::Body;
use parlour_domain::member::{Member, Mute, Role};
use parlour_domain::{RoomNumber, UserId};
use parlour_store::{AppendRefusal, Appended, Writing};

use crate::contract::departures::{begin, finish};
use crate::given::entry_of;
use crate::world::World;

on_both_engines!(
    a_role_changes_with_its_entry_while_both_are_what_they_were,
    a_mute_comes_and_goes_with_an_entry_each,
    the_oldest_moderator_inherits_once,
    nobody_inherits_a_room_that_has_an_owner,
);

async fn row(world: &World, room: RoomNumber, user: UserId) -> Member {
    world.store.member(&world.app, room, user).await.unwrap().unwrap()
}

async fn set_role(
    world: &World,
    room: RoomNumber,
    (by, before): (&Member, &Member),
    role: Role,
) -> Result<Appended, AppendRefusal> {
    let body = Body::RoleChanged {
        user: before.user,
        role,
    };
    let draft = world.clock.draft(Some(by.user), None, body);
    let writing = Writing {
        app: &world.app,
        room,
        draft: &draft,
        claim: None,
        now: world.now(),
    };
    world.store.set_role(writing, Some(by), before, role).await
}

async fn a_role_changes_with_its_entry_while_both_are_what_they_were(world: &World) {
    let members = world.clock.user_ids(3);
    let room = world.room(1, &members).await.number;
    let (ada, bob) = (row(world, room, members[0]).await, row(world, room, members[1]).await);
    let changed = set_role(world, room, (&ada, &bob), Role::Owner).await.unwrap();
    assert_eq!(entry_of(&changed).seq.get(), 2);
    let again = set_role(world, room, (&ada, &bob), Role::ReadOnly).await;
    assert!(
        matches!(again, Err(AppendRefusal::Condition)),
        "Bob is no member by now"
    );
    let bob = row(world, room, bob.user).await;
    assert_eq!(bob.role, Role::Owner);
    set_role(world, room, (&bob, &ada), Role::Member).await.unwrap();
    let late = set_role(world, room, (&ada, &bob), Role::Member).await;
    assert!(matches!(late, Err(AppendRefusal::Condition)), "Ada owns nothing by now");
    begin(world, room, bob.user).await;
    let carol = row(world, room, members[2]).await;
    let gone = set_role(world, room, (&bob, &carol), Role::Owner).await;
    assert!(matches!(gone, Err(AppendRefusal::Condition)));
    assert_eq!(world.log(room).await.len(), 3);
}

async fn a_mute_comes_and_goes_with_an_entry_each(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    let mute = Mute {
        until: Some(world.now().plus_seconds(60)),
    };
    for (mute, body) in [
        (
            Some(mute),
            Body::MemberMuted {
                user: members[1],
                until: mute.until,
            },
        ),
        (None, Body::MemberUnmuted { user: members[1] }),
    ] {
        let (ada, bob) = (row(world, room, members[0]).await, row(world, room, members[1]).await);
        let draft = world.clock.draft(Some(ada.user), None, body);
        let writing = Writing {
            app: &world.app,
            room,
            draft: &draft,
            claim: None,
            now: world.now(),
        };
        world.store.set_mute(writing, Some(&ada), &bob, mute).await.unwrap();
        assert_eq!(row(world, room, members[1]).await.mute, mute);
    }
    assert_eq!(world.log(room).await.len(), 3);
}

async fn the_oldest_moderator_inherits_once(world: &World) {
    let members = world.clock.user_ids(5);
    let room = world.room(1, &members).await.number;
    let ada = row(world, room, members[0]).await;
    let mut staff = [members[3], members[4]];
    for user in staff {
        let before = row(world, room, user).await;
        set_role(world, room, (&ada, &before), Role::Moderator).await.unwrap();
    }
    begin(world, room, ada.user).await;
    let leaving = world
        .store
        .departure(&world.app, room, ada.user)
        .await
        .unwrap()
        .unwrap();
    let heir = world
        .store
        .succeed(&world.app, room, &leaving, world.now())
        .await
        .unwrap();
    // Both joined at once: then the id decides.
    staff.sort_unstable();
    let inherits = Body::RoleChanged {
        user: staff[0],
        role: Role::Owner,
    };
    assert_eq!(heir.unwrap().body, inherits);
    let again = world
        .store
        .succeed(&world.app, room, &leaving, world.now())
        .await
        .unwrap();
    assert_eq!(
        again, None,
        "who completes a departure that a crash cut off here finds an owner"
    );
    finish(world, room, ada.user).await.unwrap();
    assert_eq!(world.log(room).await.len(), 5);
}

async fn nobody_inherits_a_room_that_has_an_owner(world: &World) {
    let members = world.clock.user_ids(2);
    let room = world.room(1, &members).await.number;
    begin(world, room, members[1]).await;
    let leaving = world
        .store
        .departure(&world.app, room, members[1])
        .await
        .unwrap()
        .unwrap();
    let heir = world
        .store
        .succeed(&world.app, room, &leaving, world.now())
        .await
        .unwrap();
    assert_eq!(heir, None);
    begin(world, room, members[0]).await;
    let leaving = world
        .store
        .departure(&world.app, room, members[0])
        .await
        .unwrap()
        .unwrap();
    let heir = world
        .store
        .succeed(&world.app, room, &leaving, world.now())
        .await
        .unwrap();
    assert_eq!(heir, None, "who is leaving inherits nothing");
}
