//! Tokens that an integrator's own system registers for its users, as clients bring them.

use jsonwebtoken::{EncodingKey, Header, encode};
use parlour_domain::access::Actor;
use parlour_domain::dialect::Service;
use parlour_domain::{AppId, UserId};
use parlour_protocol::request::{CreateUser, UpdateApp};
use parlour_service::trust::{Reach, Trust};
use parlour_service::{Error, apps, authenticate, register_token, suspend_user, users};
use serde_json::{Value, from_value, json};

use crate::outside::Behaviour;
use crate::trust::Server;
use crate::world::{World, moment};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// An app that understands the service's clients.
async fn world(verification: Value) -> World {
    let mut world = World::new(Behaviour::Take, 0).await;
    world.parlour.trust = Trust::reaching(Reach::Private).unwrap();
    understand(&world, &world.session.app, verification).await;
    world
}

async fn understand(world: &World, app: &AppId, verification: Value) {
    let dialects = ["callsewa", "go-chat"].map(|service| match &verification {
        Value::Null => json!({ "service": service }),
        verification => json!({ "service": service, "verification": verification }),
    });
    let change: UpdateApp = from_value(json!({ "dialects": dialects })).unwrap();
    apps::update(&world.parlour, app, &change.check().unwrap())
        .await
        .unwrap();
}

async fn register(world: &World, (app, user): (&AppId, UserId), home: &AppId, token: &str) -> Result<bool, Error> {
    let backend = Actor::Backend { app: app.clone() };
    register_token::register_token(&world.parlour, &backend, home, user, token).await
}

/// Registers it at the user's own app.
async fn registered(world: &World, token: &str) {
    let (app, user) = (&world.session.app, world.session.user);
    assert!(register(world, (app, user), app, token).await.unwrap());
}

async fn who(world: &World, at: &AppId, service: Service, token: &str, minute: u8) -> Result<Actor, Error> {
    let of = (at.as_str(), Some(service));
    let (actor, _) = authenticate::granted(&world.parlour, &mut moment(minute), of, token, None).await?;
    Ok(actor)
}

async fn opens(world: &World, token: &str, minute: u8) -> bool {
    match who(world, &world.session.app, Service::Callsewa, token, minute).await {
        Ok(actor) => {
            assert_eq!(actor.user(), Some(world.session.user));
            true
        }
        Err(Error::Unauthenticated) => false,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn the_latest_registered_token_opens_and_no_other() {
    let world = world(Value::Null).await;
    assert!(!opens(&world, "first", 5).await);
    registered(&world, "first").await;
    assert!(opens(&world, "first", 5).await);
    registered(&world, "second").await;
    assert!(!opens(&world, "first", 5).await);
    assert!(opens(&world, "second", 5).await);
    let elsewhere = who(&world, &world.session.app, Service::GoChat, "second", 5).await;
    assert!(matches!(elsewhere, Err(Error::Unauthenticated)), "{elsewhere:?}");
}

#[tokio::test]
async fn a_token_of_a_user_who_is_kept_out_or_gone_opens_nothing() {
    let world = world(Value::Null).await;
    let (app, user) = (world.session.app.clone(), world.session.user);
    let backend = Actor::Backend { app: app.clone() };
    registered(&world, "token").await;
    suspend_user::suspend(&world.parlour, &moment(5), &backend, (user, None), None)
        .await
        .unwrap();
    let kept_out = who(&world, &app, Service::Callsewa, "token", 6).await;
    assert!(matches!(kept_out, Err(Error::UserSuspended)), "{kept_out:?}");
    users::delete(&world.parlour, &mut moment(7), &backend, user, None)
        .await
        .unwrap();
    assert!(!opens(&world, "token", 8).await);
    let gone = register(&world, (&app, user), &app, "new").await;
    assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
}

#[tokio::test]
async fn what_is_no_token_is_not_registered_and_only_the_backend_registers() {
    let world = world(Value::Null).await;
    let (app, user) = (&world.session.app, world.session.user);
    for text in ["", "two words", "\u{e9}", "plr_abc", "pt_app_abc", &"a".repeat(4_097)] {
        let refused = register(&world, (app, user), app, text).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    }
    let own = world.session.actor();
    let refused = register_token::register_token(&world.parlour, &own, app, user, "token").await;
    assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
}

#[tokio::test]
async fn the_url_says_whether_a_registered_token_is_still_good() {
    let server = Server::start(401, "").await;
    let world = world(json!({ "method": "url", "url": server.url })).await;
    assert!(!opens(&world, "token", 5).await, "it is not registered");
    assert_eq!(server.asked(), 0);
    registered(&world, "token").await;
    assert!(!opens(&world, "token", 5).await);
    server.says(204, "");
    assert!(opens(&world, "token", 6).await);
    server.says(500, "");
    let silent = who(&world, &world.session.app, Service::Callsewa, "token", 8).await;
    assert!(matches!(silent, Err(Error::NotVerified)), "{silent:?}");
}

#[tokio::test]
async fn signed_tokens_need_no_registration_where_the_app_knows_their_secret() {
    let world = world(json!({ "method": "hs256", "secrets": [SECRET] })).await;
    let claims = json!({ "id": "501", "firstName": "Ada", "exp": moment(60).now.seconds() });
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let token = encode(&Header::default(), &claims, &key).unwrap();
    let actor = who(&world, &world.session.app, Service::Callsewa, &token, 5)
        .await
        .unwrap();
    let made = world
        .parlour
        .store
        .user(actor.app(), actor.user().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(made.external_id.unwrap().as_str(), "501");
    assert!(!opens(&world, "opaque", 5).await);
    registered(&world, "opaque").await;
    assert!(opens(&world, "opaque", 5).await);
}

#[tokio::test]
async fn a_token_opens_the_app_of_its_user_at_the_home_where_it_was_registered() {
    let world = world(Value::Null).await;
    let home = world.session.app.clone();
    let made = apps::create(&world.parlour, &mut moment(5), "further", Vec::new())
        .await
        .unwrap();
    let further = made.app.id;
    let backend = Actor::Backend { app: further.clone() };
    let new: CreateUser = from_value(json!({ "name": "Bob" })).unwrap();
    let bob = users::create(&world.parlour, &mut moment(6), &backend, new.check().unwrap(), None).await;
    let bob = UserId::parse(&bob.unwrap().value.id).unwrap();
    assert!(register(&world, (&further, bob), &home, "bobs").await.unwrap());
    let refused = who(&world, &home, Service::Callsewa, "bobs", 7).await;
    assert!(
        matches!(refused, Err(Error::Unauthenticated)),
        "it understands no such clients"
    );
    understand(&world, &further, Value::Null).await;
    for at in [&home, &further] {
        let actor = who(&world, at, Service::Callsewa, "bobs", 7).await.unwrap();
        assert_eq!((actor.app(), actor.user()), (&further, Some(bob)));
    }
    assert!(
        !register(&world, (&home, world.session.user), &home, "bobs")
            .await
            .unwrap()
    );
    assert!(apps::delete(&world.parlour, &further).await.is_ok());
    let refused = who(&world, &home, Service::Callsewa, "bobs", 8).await;
    assert!(matches!(refused, Err(Error::Unauthenticated)), "{refused:?}");
}
