//! Apps, their API tokens and their room numbers.

use parlour_domain::AppId;
use parlour_domain::app::{App, AppChange, AppToken};
use parlour_domain::message_hook::{MessageHook, OnFailure};
use parlour_domain::rate::Quotas;
use parlour_domain::verification::{ClaimName, Mapping, Method, Party, SharedSecret, Verification};

use crate::given::number;
use crate::world::World;

on_both_engines!(
    an_app_is_created_once_and_found_by_its_token,
    of_three_tokens_the_oldest_is_dropped,
    apps_are_listed_by_id_until_they_are_deleted,
    settings_are_changed_one_by_one_for_an_app_that_exists,
    settings_of_no_app_are_not_made,
    the_token_that_is_kept_is_never_dropped,
    a_token_is_removed_but_never_the_last,
    of_two_rotations_at_once_neither_is_lost,
    an_app_that_ends_while_it_gets_a_token_leaves_none,
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
        verification: None,
        message_hook: None,
        dialects: Vec::new(),
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
            .add_token(&one.id, token(world, id), "hash", None)
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
            .add_token(&nobody, token(world, "x"), "hash", None)
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

fn verification(method: Method) -> Verification {
    Verification {
        method,
        user: Mapping {
            preferred_id: None,
            id: ClaimName::parse("sub").unwrap(),
            name: ClaimName::parse("name").unwrap(),
            avatar_url: ClaimName::parse("picture").unwrap(),
            create: true,
        },
        required: Vec::new(),
    }
}

async fn settings_are_changed_one_by_one_for_an_app_that_exists(world: &World) {
    let one = app(world, "one");
    world.store.create_app(&one, "hash").await.unwrap();
    let change = async |change: AppChange| {
        let changed = world.store.change_app(&one.id, &change).await.unwrap();
        assert_eq!(changed, world.store.app(&one.id).await.unwrap());
        assert_eq!(changed, world.store.change_app(&one.id, &change).await.unwrap());
        changed.unwrap()
    };
    let origins = vec!["https://a.example".to_owned(), "https://b.example".to_owned()];
    let mut expected = one.clone();
    assert_eq!(change(AppChange::default()).await, expected);
    expected.allowed_origins.clone_from(&origins);
    let of_origins = AppChange {
        allowed_origins: Some(origins),
        ..AppChange::default()
    };
    assert_eq!(change(of_origins).await, expected);
    let party = |text| Party::parse(text).unwrap();
    let secret = SharedSecret::parse("0123456789abcdef0123456789abcdef").unwrap();
    for method in [
        Method::Hs256 {
            issuer: Some(party("shop")),
            audience: Some(party("chat")),
            secrets: vec![secret.clone(), secret],
        },
        Method::Jwks {
            issuer: None,
            audience: None,
            url: "https://id.example.com/keys".to_owned(),
        },
        Method::Url {
            url: "https://shop.example.com/verify".to_owned(),
        },
    ] {
        expected.verification = Some(verification(method));
        let of_verification = AppChange {
            verification: Some(expected.verification.clone()),
            ..AppChange::default()
        };
        assert_eq!(change(of_verification).await, expected);
    }
    expected.message_hook = Some(MessageHook {
        url: "https://shop.example.com/hook".to_owned(),
        secrets: vec!["whsec_c2VjcmV0".to_owned()],
        timeout_ms: 500,
        on_failure: OnFailure::Refuse,
    });
    let of_hook = AppChange {
        message_hook: Some(expected.message_hook.clone()),
        ..AppChange::default()
    };
    assert_eq!(change(of_hook).await, expected);
    expected.name = "renamed".to_owned();
    expected.verification = None;
    expected.message_hook = None;
    let of_both = AppChange {
        name: Some("renamed".to_owned()),
        verification: Some(None),
        message_hook: Some(None),
        ..AppChange::default()
    };
    assert_eq!(change(of_both).await, expected);
}

async fn settings_of_no_app_are_not_made(world: &World) {
    let nobody = AppId::parse("nobody").unwrap();
    for name in [None, Some("name".to_owned())] {
        let change = AppChange {
            name,
            ..AppChange::default()
        };
        assert_eq!(world.store.change_app(&nobody, &change).await.unwrap(), None);
        assert_eq!(world.store.app(&nobody).await.unwrap(), None);
    }
}

async fn the_token_that_is_kept_is_never_dropped(world: &World) {
    let one = app(world, "one");
    world.store.create_app(&one, "hash").await.unwrap();
    for (id, live) in [
        ("one2", ["one1", "one2"]),
        ("one3", ["one1", "one3"]),
        ("one4", ["one1", "one4"]),
    ] {
        let added = world.store.add_token(&one.id, token(world, id), "hash", Some("one1"));
        let after = added.await.unwrap().unwrap();
        assert_eq!(
            after.tokens.iter().map(|token| token.id.as_str()).collect::<Vec<_>>(),
            live
        );
        for id in live {
            assert!(world.store.token(id).await.unwrap().is_some(), "{id}");
        }
    }
    for gone in ["one2", "one3"] {
        assert_eq!(world.store.token(gone).await.unwrap(), None);
    }
}

async fn a_token_is_removed_but_never_the_last(world: &World) {
    let (one, two) = (app(world, "one"), app(world, "two"));
    for app in [&one, &two] {
        world.store.create_app(app, "hash").await.unwrap();
    }
    world
        .store
        .add_token(&one.id, token(world, "one2"), "hash", None)
        .await
        .unwrap();
    let remove = async |id: &str| -> Vec<String> {
        let row = world.store.remove_token(&one.id, id).await.unwrap();
        let tokens = row.map(|row| row.tokens).unwrap_or_default();
        tokens.into_iter().map(|token| token.id).collect()
    };
    // Another app's token is none of this one's.
    assert_eq!(remove("two1").await, ["one1", "one2"]);
    assert!(world.store.token("two1").await.unwrap().is_some());
    assert_eq!(remove("one1").await, ["one2"]);
    assert_eq!(world.store.token("one1").await.unwrap(), None);
    assert_eq!(remove("one1").await, ["one2"]);
    assert!(remove("one2").await.is_empty(), "the last one stays");
    assert!(world.store.token("one2").await.unwrap().is_some());
    let nobody = AppId::parse("nobody").unwrap();
    assert_eq!(world.store.remove_token(&nobody, "x").await.unwrap(), None);
}

async fn of_two_rotations_at_once_neither_is_lost(world: &World) {
    let one = app(world, "one");
    world.store.create_app(&one, "hash").await.unwrap();
    let (a, b) = tokio::join!(
        world.store.add_token(&one.id, token(world, "a"), "hash", None),
        world.store.add_token(&one.id, token(world, "b"), "hash", None),
    );
    let row = world.store.app(&one.id).await.unwrap().unwrap();
    for (id, added) in [("a", a), ("b", b)] {
        let listed = row.tokens.iter().any(|token| token.id == id);
        assert_eq!(added.is_ok(), listed, "{id}");
        assert_eq!(listed, world.store.token(id).await.unwrap().is_some(), "{id}");
    }
}

/// By a token alone its app is believed: none may be left of an app that is gone.
async fn an_app_that_ends_while_it_gets_a_token_leaves_none(world: &World) {
    let one = app(world, "one");
    world.store.create_app(&one, "hash").await.unwrap();
    let (added, deleted) = tokio::join!(
        world.store.add_token(&one.id, token(world, "late"), "hash", None),
        world.store.delete_app(&one.id),
    );
    let there = world.store.app(&one.id).await.unwrap();
    assert_eq!(deleted.is_err(), there.is_some(), "{added:?} {deleted:?}");
    let listed = there.is_some_and(|app| app.tokens.iter().any(|token| token.id == "late"));
    assert_eq!(world.store.token("late").await.unwrap().is_some(), listed);
    // Who is told to try again gets there.
    world.store.delete_app(&one.id).await.unwrap();
    for id in ["one1", "late"] {
        assert_eq!(world.store.token(id).await.unwrap(), None, "{id}");
    }
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
