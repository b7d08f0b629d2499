//! Faults while a user is invited and accepts.

use parlour_domain::invite::Invite;
use parlour_domain::log::{Body, Entry};
use parlour_domain::member::Role;

use super::rooms::answered;
use super::{at_every_call, users};
use crate::given::number;

#[tokio::test(start_paused = true)]
async fn an_invite_is_used_up_once() {
    at_every_call(
        "put_invite, accept_invite",
        async |world| {
            world.room(1, &world.clock.user_ids(2)).await;
            world.clock.user_id()
        },
        async |world, user| {
            let (store, app, role) = (&world.store, &world.app, Role::Member);
            let invite = Invite::new(*user, None, world.now(), None);
            let claim = world.clock.claim(app, "c1", "invite", "invited");
            users::answered(store.put_invite(app, number(1), &invite, Some(&claim)).await)?;
            let draft = world.clock.draft(None, None, Body::MemberJoined { user: *user, role });
            let claim = world.clock.claim(app, "c2", "accept", "accepted");
            let reply = |_: &Entry| "accepted".to_owned();
            let claim = Some((&claim, &reply as _));
            let joined = store
                .accept_invite(app, number(1), (*user, role), &draft, claim, world.now())
                .await;
            answered(joined).map(|_| ())
        },
        async |world, user| {
            let row = world.store.member(&world.app, number(1), *user).await.unwrap();
            assert!(row.is_some_and(|member| member.is_active()));
            let invite = world.store.invite(&world.app, number(1), *user).await.unwrap();
            assert_eq!((invite, world.log(number(1)).await.len()), (None, 2));
        },
    )
    .await;
}
