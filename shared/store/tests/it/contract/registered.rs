//! Tokens that an integrator's own system registers.

use parlour_domain::AppId;
use parlour_domain::user::User;
use parlour_store::{Registered, Registering, Written};

use crate::world::World;

on_both_engines!(
    the_latest_token_is_the_only_good_one,
    a_token_is_known_where_it_was_registered_too,
    a_token_is_one_users_while_it_is_good,
    of_two_at_once_one_is_good,
);

async fn made(world: &World, label: &str) -> (User, Registered) {
    let user = world.clock.user(label);
    let written = world.store.create_user(&world.app, &user, None).await.unwrap();
    assert_eq!(written, Written::Done);
    let of = Registered {
        app: world.app.clone(),
        user: user.id,
    };
    (user, of)
}

async fn register(world: &World, of: &Registered, hash: &str) -> Registering {
    world.store.register_token(of, &of.app, hash).await.unwrap()
}

/// Whose it is, if it is good.
async fn good(world: &World, app: &AppId, hash: &str) -> Option<Registered> {
    let of = world.store.registered(app, hash).await.unwrap()?;
    let current = world.store.is_current_token(&of, hash).await.unwrap();
    current.then_some(of)
}

async fn the_latest_token_is_the_only_good_one(world: &World) {
    let (ada, of) = made(world, "Ada").await;
    assert_eq!(good(world, &of.app, "one").await, None);
    for _ in 0..2 {
        assert_eq!(register(world, &of, "one").await, Registering::Done);
        assert_eq!(good(world, &of.app, "one").await, Some(of.clone()));
    }
    assert_eq!(register(world, &of, "two").await, Registering::Done);
    assert_eq!(good(world, &of.app, "one").await, None);
    assert_eq!(good(world, &of.app, "two").await, Some(of.clone()));
    world.store.delete_user(&world.app, &ada, None).await.unwrap();
    assert_eq!(
        world.store.registered(&of.app, "two").await.unwrap(),
        None,
        "it goes with its user"
    );
    assert_eq!(register(world, &of, "three").await, Registering::NoUser);
}

async fn a_token_is_known_where_it_was_registered_too(world: &World) {
    let (_, of) = made(world, "Ada").await;
    let home = AppId::parse("home").unwrap();
    let other = AppId::parse("other").unwrap();
    let registered = world.store.register_token(&of, &home, "one").await.unwrap();
    assert_eq!(registered, Registering::Done);
    assert_eq!(good(world, &home, "one").await, Some(of.clone()));
    assert_eq!(good(world, &of.app, "one").await, Some(of.clone()));
    assert_eq!(good(world, &other, "one").await, None);
    assert_eq!(register(world, &of, "one").await, Registering::Done);
    assert_eq!(good(world, &home, "one").await, None, "it is registered elsewhere");
    assert_eq!(good(world, &of.app, "one").await, Some(of));
}

async fn a_token_is_one_users_while_it_is_good(world: &World) {
    let (ada, of_ada) = made(world, "Ada").await;
    let (_, of_bob) = made(world, "Bob").await;
    assert_eq!(register(world, &of_ada, "one").await, Registering::Done);
    assert_eq!(register(world, &of_bob, "one").await, Registering::Taken);
    assert_eq!(good(world, &of_ada.app, "one").await, Some(of_ada.clone()));
    world.store.delete_user(&world.app, &ada, None).await.unwrap();
    assert_eq!(register(world, &of_bob, "one").await, Registering::Done);
    assert_eq!(good(world, &of_bob.app, "one").await, Some(of_bob));
}

async fn of_two_at_once_one_is_good(world: &World) {
    let (_, of) = made(world, "Ada").await;
    let tokens = ["one", "two", "three", "four"];
    let tries = tokens.map(|hash| world.store.register_token(&of, &of.app, hash));
    for tried in futures_util::future::join_all(tries).await {
        let tried = tried.unwrap();
        assert!(matches!(tried, Registering::Done | Registering::Busy), "{tried:?}");
    }
    let mut left = Vec::new();
    for hash in tokens {
        left.extend(good(world, &of.app, hash).await);
    }
    assert_eq!(left, [of]);
}
