//! Messages counted over all rooms.

use std::collections::BTreeSet;

use parlour_domain::app::{App, AppChange};
use parlour_domain::limits;
use parlour_domain::rate::Quotas;

use crate::world::World;

on_both_engines!(
    no_more_are_counted_than_may_be_however_many_try,
    the_next_minute_and_others_count_for_themselves,
    what_a_user_uploads_is_counted_for_a_day,
    the_quotas_of_an_app_are_set_and_taken_back,
);

async fn no_more_are_counted_than_may_be_however_many_try(world: &World) {
    let user = world.clock.user_id();
    let tries = (0..50).map(|_| world.store.count_message(&world.app, Some(user), 20, world.now()));
    let counted = futures_util::future::join_all(tries).await;
    let counted = counted.into_iter().filter(|counted| *counted.as_ref().unwrap());
    assert_eq!(counted.count(), 20);
}

async fn the_next_minute_and_others_count_for_themselves(world: &World) {
    let [one, other] = [world.clock.user_id(), world.clock.user_id()];
    for user in [Some(one), Some(other), None] {
        let counted = async || {
            world
                .store
                .count_message(&world.app, user, 1, world.now())
                .await
                .unwrap()
        };
        assert!(counted().await);
        assert!(!counted().await);
    }
    world.clock.pass(60);
    assert!(
        world
            .store
            .count_message(&world.app, Some(one), 1, world.now())
            .await
            .unwrap()
    );
}

async fn what_a_user_uploads_is_counted_for_a_day(world: &World) {
    let [one, other] = [world.clock.user_id(), world.clock.user_id()];
    let count = async |user, megabytes| {
        let counted = world.store.count_upload(&world.app, user, megabytes, world.now());
        counted.await.unwrap()
    };
    let most = limits::UPLOAD_MEGABYTES_PER_DAY;
    assert!(count(one, most - 2).await);
    assert!(!count(one, 3).await, "what is too much is not counted");
    assert!(count(one, 2).await);
    assert!(!count(one, 1).await);
    assert!(count(other, 1).await);
    world.clock.pass(24 * 3_600);
    assert!(count(one, most).await);
}

async fn the_quotas_of_an_app_are_set_and_taken_back(world: &World) {
    let app = App {
        id: parlour_domain::AppId::parse("limited").unwrap(),
        name: "Limited".to_owned(),
        allowed_origins: Vec::new(),
        created_at: world.now(),
        tokens: Vec::new(),
        quotas: Quotas::default(),
        verification: None,
        message_hook: None,
        dialects: Vec::new(),
    };
    let (store, id) = (&world.store, &app.id);
    let quotas = Quotas {
        user: Some(7),
        app: None,
    };
    let of = |quotas| AppChange {
        quotas: Some(quotas),
        ..AppChange::default()
    };
    assert_eq!(
        store.change_app(id, &of(quotas)).await.unwrap(),
        None,
        "there is no such app"
    );
    assert!(store.create_app(&app, "hash").await.unwrap());
    for quotas in [
        quotas,
        Quotas { app: Some(9), ..quotas },
        Quotas::default(),
        Quotas::default(),
    ] {
        let changed = store.change_app(id, &of(quotas)).await.unwrap().unwrap();
        assert_eq!(changed.quotas, quotas);
        assert_eq!(store.app(id).await.unwrap().unwrap(), changed);
    }
    let (renamed, both) = (Some("Renamed".to_owned()), Some(quotas));
    let change = AppChange {
        name: renamed,
        quotas: both,
        verification: Some(None),
        ..AppChange::default()
    };
    let changed = store.change_app(id, &change).await.unwrap().unwrap();
    assert_eq!((changed.name.as_str(), changed.quotas), ("Renamed", quotas));
    let change = AppChange {
        name: Some("Limited".to_owned()),
        ..AppChange::default()
    };
    assert_eq!(store.change_app(id, &change).await.unwrap().unwrap().quotas, quotas);
    let names: BTreeSet<_> = store.apps().await.unwrap().into_iter().map(|app| app.name).collect();
    assert!(names.contains("Limited"));
}
