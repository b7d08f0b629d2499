//! Operators, and how often somebody tries to be one.

use parlour_domain::AppId;
use parlour_store::Operator;

use crate::world::World;

on_both_engines!(
    an_address_is_one_operators_at_its_home,
    no_more_logins_are_counted_than_may_be,
);

async fn an_address_is_one_operators_at_its_home(world: &World) {
    let number = async || world.store.draw_operator_number(&world.app).await.unwrap();
    let operator = |id, first_name: &str| Operator {
        id,
        email: "ada@example.com".to_owned(),
        first_name: first_name.to_owned(),
        middle_name: String::new(),
        last_name: "Lovelace".to_owned(),
        password: "hash".to_owned(),
        admin: true,
        created_at: world.now(),
    };
    let (first, second) = (operator(number().await, "Ada"), operator(number().await, "Eve"));
    assert_eq!((first.id, second.id), (1, 2));
    assert!(world.store.create_operator(&world.app, &first).await.unwrap());
    assert!(!world.store.create_operator(&world.app, &second).await.unwrap());
    let found = async |home: &AppId, email| world.store.operator(home, email).await.unwrap();
    assert_eq!(found(&world.app, "ada@example.com").await, Some(first));
    assert_eq!(found(&world.app, "eve@example.com").await, None);
    assert_eq!(found(&AppId::parse("other").unwrap(), "ada@example.com").await, None);
}

async fn no_more_logins_are_counted_than_may_be(world: &World) {
    let count = async |hash| world.store.count_login(&world.app, hash, 2, world.now()).await.unwrap();
    assert!(count("one").await && count("one").await);
    assert!(!count("one").await);
    assert!(count("other").await);
    world.clock.pass(60);
    assert!(count("one").await);
}
