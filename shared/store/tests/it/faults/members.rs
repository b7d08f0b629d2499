//! Faults while members join, leave and read.

use parlour_domain::UserId;
use parlour_domain::log::{Body, Entry};
use parlour_domain::member::{ReadPosition, Role};
use parlour_store::Written;

use super::rooms::answered;
use super::users::stored;
use super::{at_every_call, users};
use crate::given::{number, seq, subscriber};
use crate::world::World;

async fn room(world: &World) -> Vec<UserId> {
    let members = world.clock.user_ids(3);
    world.room(1, &members).await;
    members
}

#[tokio::test(start_paused = true)]
async fn a_member_joins_once() {
    for claimed in [true, false] {
        at_every_call(
            "add_member",
            async |world| {
                room(world).await;
                world.clock.user_id()
            },
            async |world, user| {
                let role = Role::Member;
                let draft = world.clock.draft(None, None, Body::MemberJoined { user: *user, role });
                let claim = claimed.then(|| world.clock.claim(&world.app, "c1", "join", "joined"));
                let (store, app) = (&world.store, &world.app);
                let reply = |_: &Entry| "joined".to_owned();
                let claim = claim.as_ref().map(|claim| (claim, &reply as _));
                let joined = store
                    .add_member(app, number(1), (*user, role), &draft, claim, world.now())
                    .await;
                answered(joined).map(|_| ())
            },
            async |world, user| {
                let row = world.store.member(&world.app, number(1), *user).await.unwrap().unwrap();
                assert_eq!((row.joined_seq, world.log(number(1)).await.len()), (seq(2), 2));
            },
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_departure_is_completed_by_a_retry_or_by_sweep() {
    for by_sweep in [false, true] {
        at_every_call(
            "begin_departure, finish_departure",
            async |world| {
                let user = room(world).await[1];
                for id in ["phone", "laptop", "tablet"] {
                    let who = subscriber(user, &world.connect(user, id).await);
                    let until = world.now().plus_seconds(3_600);
                    world.store.subscribe(&world.app, number(1), &who, until).await.unwrap();
                }
                user
            },
            async |world, user| {
                let claim = world.clock.claim(&world.app, "c1", "leave", "left");
                let mut moment = world.clock.moment();
                let (store, app) = (&world.store, &world.app);
                let begun = store
                    .begin_departure(app, number(1), *user, None, &mut moment, Some(&claim))
                    .await;
                assert!(!matches!(begun, Ok(Written::Refused | Written::Reused)), "{begun:?}");
                users::answered(begun)?;
                if by_sweep {
                    for (app, room, user) in stored(store.unfinished(10).await)? {
                        answered_departure(store.finish_departure(&app, room, user.unwrap(), world.now()).await)?;
                    }
                    return Ok(());
                }
                answered_departure(store.finish_departure(app, number(1), *user, world.now()).await)
            },
            async |world, user| {
                assert_eq!(world.store.member(&world.app, number(1), *user).await.unwrap(), None);
                assert_eq!(world.log(number(1)).await.len(), 2);
                assert!(super::rows(world).await.subscriptions.is_empty());
            },
        )
        .await;
    }
}

fn answered_departure(
    finished: Result<Option<parlour_store::Appended>, parlour_store::AppendRefusal>,
) -> Result<(), String> {
    match finished {
        Ok(_) => Ok(()),
        Err(refusal) => answered(Err(refusal)).map(|_| ()),
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_position_moves_once() {
    at_every_call(
        "mark_read",
        async |world| {
            let members = room(world).await;
            world.say(number(1), members[0], "hello").await;
            members[1]
        },
        async |world, user| {
            let to = ReadPosition { seq: seq(2), msg_no: 1 };
            stored(world.store.mark_read(&world.app, number(1), *user, to).await).map(|_| ())
        },
        async |world, user| {
            let row = world.store.member(&world.app, number(1), *user).await.unwrap().unwrap();
            assert_eq!((row.read.seq, row.read.msg_no), (seq(2), 1));
        },
    )
    .await;
}
