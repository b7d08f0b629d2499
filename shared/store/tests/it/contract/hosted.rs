//! The apps that the operators of a home made.

use parlour_domain::app::{App, AppToken};
use parlour_domain::rate::Quotas;
use parlour_domain::{AppId, ApplicationId};
use parlour_store::{HOME, Hosted, HostedApp, With};

use crate::world::World;

on_both_engines!(
    an_app_is_made_and_ends_together_with_its_place_in_the_list,
    of_two_changes_at_once_one_is_done,
    apps_are_read_many_at_once,
);

fn app(world: &World, id: &str) -> App {
    App {
        id: AppId::parse(id).unwrap(),
        name: format!("app {id}"),
        allowed_origins: vec![],
        quotas: Quotas::default(),
        created_at: world.now(),
        tokens: vec![AppToken {
            id: format!("{id}1"),
            created_at: world.now(),
        }],
        verification: None,
        message_hook: None,
        dialects: Vec::new(),
    }
}

fn an_id() -> ApplicationId {
    ApplicationId::parse("f47ac10b-58cc-4372-a567-0e02b2c3d479").unwrap()
}

fn with(hosted: &Hosted, app: &App) -> Hosted {
    let mut hosted = hosted.clone();
    hosted.last += 1;
    hosted.apps.push(HostedApp {
        number: hosted.last,
        application_id: an_id(),
        app: app.id.clone(),
        operator: 1,
        client_id: None,
    });
    hosted
}

async fn an_app_is_made_and_ends_together_with_its_place_in_the_list(world: &World) {
    let (home, one) = (world.app.clone(), app(world, "one"));
    let empty = world.store.hosted(&home).await.unwrap();
    assert_eq!((empty.last, empty.apps.len(), empty.home.as_ref()), (HOME, 0, None));
    let made = world
        .store
        .change_hosted(&home, with(&empty, &one), With::Made(&one, "hash"));
    assert!(made.await.unwrap());
    let hosted = world.store.hosted(&home).await.unwrap();
    assert_eq!(
        (hosted.last, hosted.apps[0].number, &hosted.apps[0].app),
        (2, 2, &one.id)
    );
    assert_eq!(world.store.app(&one.id).await.unwrap(), Some(one.clone()));
    let mut without = hosted.clone();
    without.apps.clear();
    assert!(
        world
            .store
            .change_hosted(&home, without, With::Ended(&one))
            .await
            .unwrap()
    );
    let hosted = world.store.hosted(&home).await.unwrap();
    assert_eq!((hosted.last, hosted.apps.len()), (2, 0), "a number is given once");
    assert_eq!(world.store.app(&one.id).await.unwrap(), None);
    let other = AppId::parse("other").unwrap();
    assert_eq!(world.store.hosted(&other).await.unwrap(), Hosted::default());
}

async fn of_two_changes_at_once_one_is_done(world: &World) {
    let (home, one, two) = (world.app.clone(), app(world, "one"), app(world, "two"));
    let seen = world.store.hosted(&home).await.unwrap();
    let (first, second) = futures_util::join!(
        world
            .store
            .change_hosted(&home, with(&seen, &one), With::Made(&one, "hash")),
        world
            .store
            .change_hosted(&home, with(&seen, &two), With::Made(&two, "hash")),
    );
    let done = [first.unwrap(), second.unwrap()];
    assert!(done.iter().filter(|done| **done).count() <= 1, "{done:?}");
    let hosted = world.store.hosted(&home).await.unwrap();
    for (app, done) in [(&one, done[0]), (&two, done[1])] {
        let is_there = world.store.app(&app.id).await.unwrap().is_some();
        let listed = hosted.apps.iter().any(|listed| listed.app == app.id);
        assert_eq!((is_there, listed), (done, done), "{}", app.name);
    }
    let mut again = hosted.clone();
    again.home = Some(an_id());
    assert!(world.store.change_hosted(&home, again, With::Nothing).await.unwrap());
    assert!(!world.store.change_hosted(&home, hosted, With::Nothing).await.unwrap());
}

async fn apps_are_read_many_at_once(world: &World) {
    let one = app(world, "one");
    assert!(world.store.create_app(&one, "hash").await.unwrap());
    let other = AppId::parse("other").unwrap();
    let found = world
        .store
        .apps_by_id(&[one.id.clone(), other, one.id.clone()])
        .await
        .unwrap();
    assert_eq!(found.into_values().collect::<Vec<_>>(), [one]);
    assert!(world.store.apps_by_id(&[]).await.unwrap().is_empty());
}
