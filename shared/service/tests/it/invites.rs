//! An invite that has ended is none, although its row is still there.

use parlour_domain::UserId;
use parlour_domain::access::Actor;
use parlour_protocol::request::CreateUser;
use parlour_service::{Error, PageSize, invite, users};
use serde_json::{from_value, json};

use crate::outside::Behaviour;
use crate::world::{World, moment};

#[tokio::test]
async fn an_invite_that_has_ended_is_none() {
    let world = World::new(Behaviour::Take, 0).await;
    let (parlour, room, app) = (&world.parlour, world.room, world.session.app.clone());
    let backend = Actor::Backend { app: app.clone() };
    let new: CreateUser = from_value(json!({ "name": "Bob" })).unwrap();
    let made = users::create(parlour, &mut moment(4), &backend, new.check().unwrap(), None).await;
    let user = UserId::parse(&made.unwrap().value.id).unwrap();
    let bob = Actor::User {
        app: app.clone(),
        user,
        quotas: Default::default(),
    };
    let invite_until = async |now: u8, until: u8| {
        let whom = (user, Some(moment(until).now));
        let made = invite::invite(parlour, &mut moment(now), &backend, room, whom, None).await;
        made.unwrap().replayed
    };
    let listed = async |minute: u8| {
        let (now, size) = (moment(minute).now, PageSize::in_frame(9));
        let of_room = invite::list(parlour, &backend, room, (None, size), now).await.unwrap();
        let own = invite::list_own(parlour, &bob, None, size, now).await.unwrap();
        (of_room.items.len(), own.items.len())
    };
    assert!(!invite_until(5, 10).await);
    assert!(invite_until(6, 20).await, "it stays as it is");
    assert_eq!(listed(9).await, (1, 1));
    assert_eq!(listed(10).await, (0, 0));
    let number = room.number(&app).unwrap();
    assert!(parlour.store.invite(&app, number, user).await.unwrap().is_some());
    let late = invite::accept(parlour, &mut moment(10), &bob, room, None).await;
    assert!(matches!(late, Err(Error::NotFound)), "{late:?}");
    let revoked = invite::revoke(parlour, &moment(10), &backend, (room, user), None).await;
    assert!(matches!(revoked, Err(Error::NotFound)), "{revoked:?}");
    assert!(!invite_until(11, 20).await);
    let member = invite::accept(parlour, &mut moment(19), &bob, room, None)
        .await
        .unwrap();
    assert_eq!((member.value.user_id, member.replayed), (user.to_string(), false));
    assert_eq!(listed(19).await, (0, 0));
}
