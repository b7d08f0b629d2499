//! A repeat of what ended by itself meanwhile: it answers as the first time, although nothing may begin with such an end any more.

use parlour_domain::access::Actor;
use parlour_domain::log::BodyHash;
use parlour_domain::member::Mute;
use parlour_domain::{ClientId, UserId};
use parlour_protocol::request::CreateUser;
use parlour_service::{Done, Error, Key, Of, ban, invite, mute, users};
use serde::Serialize;
use serde_json::{from_value, json};

use crate::outside::Behaviour;
use crate::world::{World, moment};

/// When all of them end.
const END: u8 = 10;

fn key(name: &str) -> Key {
    Key {
        client_id: ClientId::parse(name).unwrap(),
        hash: BodyHash::of(&name),
    }
}

#[track_caller]
fn is_repeat<T: Serialize>(first: Result<Done<T>, Error>, late: Result<Done<T>, Error>) {
    let (first, late) = (first.unwrap(), late.unwrap());
    assert!(!first.replayed && late.replayed);
    assert_eq!(json!(first.value), json!(late.value));
}

#[tokio::test]
async fn a_repeat_after_the_end_answers_as_the_first_time() {
    let world = World::new(Behaviour::Take, 0).await;
    let (parlour, room) = (&world.parlour, world.room);
    let backend = Actor::Backend {
        app: world.session.app.clone(),
    };
    let bob = world.member("Bob", 4).await.user;
    let new: CreateUser = from_value(json!({ "name": "Eve" })).unwrap();
    let made = users::create(parlour, &mut moment(6), &backend, new.check().unwrap(), None).await;
    let eve = UserId::parse(&made.unwrap().value.id).unwrap();
    let until = Some(moment(END).now);

    let muted = async |minute: u8, key: Option<&Key>| {
        let of = Of {
            actor: &backend,
            room,
            user: bob,
        };
        mute::mute(parlour, &mut moment(minute), of, Some(Mute { until }), key).await
    };
    is_repeat(
        muted(END - 1, Some(&key("mute"))).await,
        muted(END + 1, Some(&key("mute"))).await,
    );
    let refused = muted(END, None).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");

    let invited = async |minute: u8, key: Option<&Key>| {
        let whom = (eve, until);
        invite::invite(parlour, &mut moment(minute), &backend, room, whom, key).await
    };
    is_repeat(
        invited(END - 1, Some(&key("invite"))).await,
        invited(END + 1, Some(&key("invite"))).await,
    );
    let refused = invited(END, None).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");

    let banned = async |minute: u8, key: Option<&Key>| {
        ban::ban(parlour, &mut moment(minute), &backend, (room, bob), until, key).await
    };
    is_repeat(
        banned(END - 1, Some(&key("ban"))).await,
        banned(END + 1, Some(&key("ban"))).await,
    );
    let refused = banned(END, None).await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
}
