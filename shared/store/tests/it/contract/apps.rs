//! Apps, their API tokens and their room numbers.

use parlour_domain::AppId;
use parlour_domain::app::{App, AppToken};
use parlour_domain::rate::Quotas;

use crate::given::number;
use crate::world::World;

on_both_engines!(
    an_app_is_created_once_and_found_by_its_token,
    of_three_tokens_the_oldest_is_dropped,
    apps_are_listed_by_id_until_they_are_deleted,
    origins_are_replaced_for_an_app_that_exists,
    room_numbers_count_up_in_each_app_and_are_never_given_twice,
    migrations_are_noted_once_and_listed_in_order,
);

fn token(world: &World, id: &str) -> AppToken {
    AppToken {
        id: id.to_owned(),
        created_at: world.now(),
    }
}

fn app(world: &World, id: &str) -> App {
    App {
        id: AppId::parse(id).unwrap(),
        name: format!("app {id}"),
        allowed_origins: vec![],
        quotas: Quotas::default(),
        created_at: world.now(),
        tokens: vec![token(world, &format!("{id}1"))],
    }
}

async fn an_app_is_created_once_and_found_by_its_token(world: &World) {
    let one = app(world, "one");
    assert!(world.store.create_app(&one, "hash1").await.unwrap());
    assert!(!world.store.create_app(&one, "hash2").await.unwrap());
    assert_eq!(world.store.app(&one.id).await.unwrap(), Some(one.clone()));
    assert_eq!(
        world.store.token("one1").await.unwrap(),
        Some((one.id, "hash1".to_owned()))
    );
    assert_eq!(world.store.token("one2").await.unwrap(), None);
    assert_eq!(world.store.app(&AppId::parse("two").unwrap()).await.unwrap(), None);
}

async fn of_three_tokens_the_oldest_is_dropped(world: &World) {
    let one = app(world, "one");
    world.store.create_app(&one, "hash1").await.unwrap();
    for (id, live) in [("one2", vec!["one1", "one2"]), ("one3", vec!["one2", "one3"])] {
        let after = world
            .store
            .add_token(&one.id, token(world, id), "hash")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(Some(&after), world.store.app(&one.id).await.unwrap().as_ref());
        assert_eq!(
            after.tokens.iter().map(|token| token.id.as_str()).collect::<Vec<_>>(),
            live
        );
        for id in live {
            assert!(world.store.token(id).await.unwrap().is_some(), "{id}");
        }
    }
    assert_eq!(world.store.token("one1").await.unwrap(), None);
    let nobody = AppId::parse("nobody").unwrap();
    assert!(
        world
            .store
            .add_token(&nobody, token(world, "x"), "hash")
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(world.store.token("x").await.unwrap(), None);
}

async fn apps_are_listed_by_id_until_they_are_deleted(world: &World) {
    for id in ["b", "a", "c"] {
        assert!(world.store.create_app(&app(world, id), "hash").await.unwrap());
    }
    let listed = async || -> Vec<String> {
        let apps = world.store.apps().await.unwrap();
        apps.into_iter().map(|app| app.id.to_string()).collect()
    };
    assert_eq!(listed().await, ["a", "b", "c"]);
    let b = AppId::parse("b").unwrap();
    assert!(world.store.delete_app(&b).await.unwrap());
    assert!(!world.store.delete_app(&b).await.unwrap());
    assert_eq!(listed().await, ["a", "c"]);
    assert_eq!(world.store.token("b1").await.unwrap(), None);
    assert_eq!(world.store.app(&b).await.unwrap(), None);
}

async fn origins_are_replaced_for_an_app_that_exists(world: &World) {
    let one = app(world, "one");
    world.store.create_app(&one, "hash").await.unwrap();
    let origins = ["https://a.example".to_owned(), "https://b.example".to_owned()];
    assert!(world.store.set_allowed_origins(&one.id, &origins).await.unwrap());
    assert_eq!(
        world.store.app(&one.id).await.unwrap().unwrap().allowed_origins,
        origins
    );
    let nobody = AppId::parse("nobody").unwrap();
    assert!(!world.store.set_allowed_origins(&nobody, &origins).await.unwrap());
}

async fn room_numbers_count_up_in_each_app_and_are_never_given_twice(world: &World) {
    let (one, two) = (app(world, "one"), app(world, "two"));
    for app in [&one, &two] {
        world.store.create_app(app, "hash").await.unwrap();
    }
    for expected in 1..4 {
        assert_eq!(
            world.store.next_room_number(&one.id).await.unwrap(),
            Some(number(expected))
        );
    }
    assert_eq!(world.store.next_room_number(&two.id).await.unwrap(), Some(number(1)));
    let nobody = AppId::parse("nobody").unwrap();
    assert_eq!(world.store.next_room_number(&nobody).await.unwrap(), None);
}

async fn migrations_are_noted_once_and_listed_in_order(world: &World) {
    assert_eq!(world.store.applied_migrations().await.unwrap(), []);
    let now = world.now();
    for migration in [2, 1, 11, 2] {
        world.store.note_migration(migration, now).await.unwrap();
    }
    assert_eq!(
        world.store.applied_migrations().await.unwrap(),
        [(1, now), (2, now), (11, now)]
    );
    assert!(world.store.tables_exist().await.unwrap());
    world.store.create_tables().await.unwrap();
}
