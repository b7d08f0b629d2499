//! Tickets work once, for their user, until they expire.

use parlour_domain::{AppId, Timestamp};

use crate::world::World;

on_both_engines!(
    a_ticket_works_once,
    of_many_at_once_one_has_the_ticket,
    an_expired_ticket_does_not_work_although_nobody_swept_it,
    a_ticket_of_one_app_means_nothing_in_another,
);

/// The end of the credential that a ticket was got with.
fn until(world: &World) -> Timestamp {
    world.now().plus_millis(3_600_001)
}

async fn a_ticket_works_once(world: &World) {
    let (user, end) = (world.clock.user_id(), until(world));
    let expires = world.now().plus_seconds(60);
    world
        .store
        .put_ticket(&world.app, "hash", (user, end), expires)
        .await
        .unwrap();
    world.clock.pass(60);
    assert_eq!(
        world.store.take_ticket(&world.app, "other", world.now()).await.unwrap(),
        None
    );
    assert_eq!(
        world.store.take_ticket(&world.app, "hash", world.now()).await.unwrap(),
        Some((user, end))
    );
    assert_eq!(
        world.store.take_ticket(&world.app, "hash", world.now()).await.unwrap(),
        None
    );
}

async fn of_many_at_once_one_has_the_ticket(world: &World) {
    let (user, end) = (world.clock.user_id(), until(world));
    let expires = world.now().plus_seconds(60);
    for round in 0..10 {
        let hash = format!("hash{round}");
        world
            .store
            .put_ticket(&world.app, &hash, (user, end), expires)
            .await
            .unwrap();
        let tries = (0..8).map(|_| world.store.take_ticket(&world.app, &hash, world.now()));
        let taken = futures_util::future::join_all(tries).await;
        let had = taken.into_iter().filter(|user| user.as_ref().unwrap().is_some());
        assert_eq!(had.count(), 1);
    }
}

async fn an_expired_ticket_does_not_work_although_nobody_swept_it(world: &World) {
    let (user, end) = (world.clock.user_id(), until(world));
    let expires = world.now().plus_seconds(60);
    world
        .store
        .put_ticket(&world.app, "hash", (user, end), expires)
        .await
        .unwrap();
    world.clock.pass(61);
    assert_eq!(
        world.store.take_ticket(&world.app, "hash", world.now()).await.unwrap(),
        None
    );
}

async fn a_ticket_of_one_app_means_nothing_in_another(world: &World) {
    let (user, end) = (world.clock.user_id(), until(world));
    let expires = world.now().plus_seconds(60);
    world
        .store
        .put_ticket(&world.app, "hash", (user, end), expires)
        .await
        .unwrap();
    let other = AppId::parse("other").unwrap();
    assert_eq!(
        world.store.take_ticket(&other, "hash", world.now()).await.unwrap(),
        None
    );
    assert_eq!(
        world.store.take_ticket(&world.app, "hash", world.now()).await.unwrap(),
        Some((user, end))
    );
}
