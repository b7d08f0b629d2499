//! Faults while rooms are made, changed, deleted and written to.

use parlour_domain::log::Body;
use parlour_domain::room::RoomChange;
use parlour_domain::{Seq, UserId};
use parlour_store::{AppendRefusal, Appended, Created, NewRoom};

use super::at_every_call;
use super::users::stored;
use crate::given::{How, entry_of, name, number, roles, send, text_of};
use crate::world::World;

/// Whether a caller would send it again; `Condition` means that the first invocation did it.
pub(super) fn answered(appended: Result<Appended, AppendRefusal>) -> Result<Option<Appended>, String> {
    match appended {
        Ok(appended) => Ok(Some(appended)),
        Err(AppendRefusal::Condition | AppendRefusal::Closed) => Ok(None),
        Err(AppendRefusal::Busy) => Err("busy".to_owned()),
        Err(AppendRefusal::Store(error)) => stored(Err(error)),
        Err(refusal) => panic!("{refusal}"),
    }
}

async fn create(world: &World, members: &[UserId], claimed: bool) -> Result<(), String> {
    let claim = claimed.then(|| world.clock.claim(&world.app, "c1", "create", "reply"));
    // Each invocation draws a number of its own.
    let drawn = world.clock.moment().entropy.below(1_000_000) + 1;
    let room = match members {
        [one, other] => world.clock.direct(number(drawn), [*one, *other]),
        _ => world.clock.group(number(drawn), members),
    };
    let new = NewRoom {
        app: &world.app,
        room: &room,
        members: &roles(members),
        draft: &world.clock.created(&room, members),
        now: world.now(),
    };
    match stored(world.store.create_room(new, claim.as_ref()).await)? {
        Created::Busy => Err("busy".to_owned()),
        Created::Done | Created::Replayed(_) | Created::Existing(_) => Ok(()),
        Created::Reused => panic!("the claim is our own"),
        Created::Blocked => panic!("nobody blocks anybody"),
        Created::Keyed(_) => panic!("the room has no key"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_room_is_made_once_and_whole() {
    for (members, claimed) in [(5, true), (2, true), (2, false)] {
        at_every_call(
            "create_room",
            async |world| world.clock.user_ids(members),
            async |world, members| create(world, members, claimed).await,
            async |world, members| {
                let rows = super::rows(world).await;
                assert_eq!((rows.rooms.len(), rows.members.len()), (1, members.len()));
            },
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_of_a_room_is_told_once() {
    at_every_call(
        "update_room",
        async |world| world.room(1, &world.clock.user_ids(2)).await,
        async |world, room| {
            let change = RoomChange {
                name: Some(Some(name("new"))),
                ..RoomChange::default()
            };
            let after = room.changed(change, world.now());
            let body = Body::room_updated(&after);
            let draft = world.clock.draft(None, None, body);
            let claim = world.clock.claim(&world.app, "c1", "rename", "renamed");
            let updated = world
                .store
                .update_room(&world.app, room, &after, &draft, Some(&claim), world.now())
                .await;
            let refused = matches!(updated, Err(AppendRefusal::Condition | AppendRefusal::Reused));
            assert!(!refused, "a repeat is no refusal: {updated:?}");
            answered(updated).map(|_| ())
        },
        async |world, room| {
            assert_eq!(world.log(room.number).await.len(), 2);
            let row = world.store.room(&world.app, room.number).await.unwrap().unwrap();
            assert_eq!(row.name, Some(name("new")));
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_room_is_deleted_with_all_that_belongs_to_it() {
    at_every_call(
        "delete_room, finish_room_deletion",
        async |world| {
            let pair = [world.clock.user_id(), world.clock.user_id()];
            let room = world.clock.direct(number(1), pair);
            world.make(&room, &pair, None).await;
            for (user, id) in [(pair[0], "c0"), (pair[1], "c1")] {
                let who = crate::given::subscriber(user, &world.connect(user, id).await);
                let until = world.now().plus_seconds(3_600);
                world
                    .store
                    .subscribe(&world.app, room.number, &who, until)
                    .await
                    .unwrap();
            }
            room
        },
        async |world, room| {
            let draft = world.clock.draft(None, None, Body::RoomDeleted);
            answered(
                world
                    .store
                    .delete_room(&world.app, room, &draft, None, world.now())
                    .await,
            )?;
            // By the caller, or by `sweep` after a crash.
            for (app, room, user) in stored(world.store.unfinished(10).await)? {
                assert_eq!(user, None);
                stored(world.store.finish_room_deletion(&app, room).await)?;
            }
            Ok(())
        },
        async |world, room| {
            assert_eq!(world.log(room.number).await.len(), 2);
            let rows = super::rows(world).await;
            assert_eq!(rows.rooms[&room.number], None);
            assert!(rows.members.is_empty() && rows.subscriptions.is_empty());
            let [one, other] = room.pair.unwrap();
            assert_eq!(world.store.direct_room(&world.app, one, other).await.unwrap(), None);
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_message_with_a_client_id_is_written_once() {
    for how in [How::Base(Seq::FIRST), How::Claim] {
        at_every_call(
            &format!("send, {how:?}"),
            async |world| {
                let members = world.clock.user_ids(2);
                world.room(1, &members).await;
                world.say(number(1), members[1], "before").await;
                members[0]
            },
            async |world, sender| {
                let draft = world.clock.message(*sender, Some("c1"), "ours");
                let sent = send(&world.store, &world.app, number(1), &draft, how, world.now()).await;
                let sent = answered(sent)?.expect("the room is open");
                let entry = entry_of(&sent);
                let stands = stored(world.store.entry(&world.app, number(1), entry.seq).await)?;
                assert_eq!(stands.as_ref(), Some(entry));
                Ok(())
            },
            async |world, _| {
                let log = world.log(number(1)).await;
                assert_eq!(log.iter().filter_map(text_of).collect::<Vec<_>>(), ["before", "ours"]);
            },
        )
        .await;
    }
}
