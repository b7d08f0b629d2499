//! Numbers of users.

use std::collections::BTreeSet;

use parlour_domain::user::{User, UserChange};
use parlour_store::Written;

use crate::given::name;
use crate::world::World;

on_both_engines!(
    a_user_has_one_number_however_many_give_one,
    a_number_is_nobody_elses_and_goes_with_its_user,
    a_change_that_knows_of_no_number_takes_none_away,
);

async fn made(world: &World, label: &str) -> User {
    let user = world.clock.user(label);
    let written = world.store.create_user(&world.app, &user, None).await.unwrap();
    assert_eq!(written, Written::Done);
    user
}

async fn a_user_has_one_number_however_many_give_one(world: &World) {
    let ada = made(world, "Ada").await;
    let give = || async {
        let drawn = world.store.draw_user_numbers(&world.app, 1).await.unwrap();
        loop {
            match world.store.number_user(&world.app, ada.id, drawn).await {
                Ok(number) => return number.unwrap(),
                Err(error) => assert!(error.retryable(), "{error}"),
            }
        }
    };
    let given = futures_util::future::join_all((0..8).map(|_| give())).await;
    let given: BTreeSet<u64> = given.into_iter().collect();
    assert_eq!(given.len(), 1, "{given:?}");
    let number = given.into_iter().next();
    let row = world.store.user(&world.app, ada.id).await.unwrap().unwrap();
    assert_eq!((row.number, row.updated_at), (number, ada.updated_at));
    let found = world.store.user_by_number(&world.app, number.unwrap()).await.unwrap();
    assert_eq!(found.map(|user| user.id), Some(ada.id));
}

async fn a_number_is_nobody_elses_and_goes_with_its_user(world: &World) {
    let (ada, bob) = (made(world, "Ada").await, made(world, "Bob").await);
    let first = world.store.draw_user_numbers(&world.app, 2).await.unwrap();
    let next = world.store.draw_user_numbers(&world.app, 1).await.unwrap();
    assert_eq!((first, next), (1, 3));
    let give = async |user, drawn| world.store.number_user(&world.app, user, drawn).await.unwrap();
    assert_eq!(give(ada.id, first).await, Some(first));
    assert_eq!(give(ada.id, first).await, Some(first), "again");
    assert_eq!(give(bob.id, first).await, None, "it is Ada's");
    assert_eq!(give(bob.id, first + 1).await, Some(first + 1));
    assert_eq!(give(world.clock.user_id(), next).await, None, "nobody has none");
    let ada = world.store.user(&world.app, ada.id).await.unwrap().unwrap();
    let gone = world.store.delete_user(&world.app, &ada, None).await.unwrap();
    assert_eq!(gone, Written::Done);
    assert_eq!(world.store.user_by_number(&world.app, first).await.unwrap(), None);
    assert_eq!(world.store.user_by_number(&world.app, 99).await.unwrap(), None);
}

async fn a_change_that_knows_of_no_number_takes_none_away(world: &World) {
    let before = made(world, "Ada").await;
    let drawn = world.store.draw_user_numbers(&world.app, 1).await.unwrap();
    world.store.number_user(&world.app, before.id, drawn).await.unwrap();
    let change = || UserChange {
        name: Some(name("Countess")),
        ..UserChange::default()
    };
    world.clock.pass(1);
    let after = before.changed(change(), world.now());
    let replaced = world
        .store
        .replace_user(&world.app, &before, &after, None)
        .await
        .unwrap();
    assert_eq!(replaced, Written::Refused);
    let before = world.store.user(&world.app, before.id).await.unwrap().unwrap();
    let after = before.changed(change(), world.now());
    let replaced = world
        .store
        .replace_user(&world.app, &before, &after, None)
        .await
        .unwrap();
    assert_eq!(replaced, Written::Done);
    let row = world.store.user(&world.app, before.id).await.unwrap().unwrap();
    assert_eq!((row.number, row.name), (Some(drawn), name("Countess")));
}
