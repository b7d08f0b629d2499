//! Faults while connections come, subscribe and go.

use parlour_domain::UserId;
use parlour_domain::limits::YOUNG_CONNECTION_SECONDS;
use parlour_store::{Subscribed, Subscriber};

use super::at_every_call;
use super::users::stored;
use crate::given::{connection_id, number, subscriber};
use crate::world::World;

async fn subscribe(world: &World, room: u64, who: &Subscriber) -> Result<(), String> {
    let until = world.now().plus_seconds(3_600);
    match stored(world.store.subscribe(&world.app, number(room), who, until).await)? {
        Subscribed::Done => Ok(()),
        Subscribed::Busy => Err("busy".to_owned()),
        refused @ (Subscribed::NotAMember | Subscribed::NoConnection) => panic!("{refused:?}"),
    }
}

async fn rooms(world: &World) -> UserId {
    let user = world.clock.user_id();
    for room in 1..=3 {
        world.room(room, &[user]).await;
    }
    user
}

#[tokio::test(start_paused = true)]
async fn a_connection_comes_and_subscribes() {
    at_every_call(
        "put_connection, subscribe, renew_connection, extend_subscriptions",
        rooms,
        async |world, user| {
            let (store, app) = (&world.store, &world.app);
            // The id is given by the connection manager, so a repeat puts the same row.
            let connection = world.clock.connection("c");
            let known = stored(store.connection(app, *user, &connection.id, world.now()).await)?;
            if known.is_none() {
                stored(store.put_connection(app, *user, &connection, world.now()).await)?;
            }
            let who = subscriber(*user, &connection.id);
            for room in 1..=3 {
                subscribe(world, room, &who).await?;
            }
            let renewed = stored(
                store
                    .renew_connection(app, *user, &connection.id, world.now(), None)
                    .await,
            )?;
            let rooms: Vec<_> = renewed.unwrap().rooms().collect();
            let until = world.now().plus_seconds(7_200);
            stored(
                store
                    .extend_subscriptions(app, *user, &connection.id, &rooms, until)
                    .await,
            )
        },
        async |world, user| {
            world.clock.pass(7_000);
            for room in 1..=3 {
                let heard = world
                    .store
                    .subscribers(&world.app, number(room), world.now())
                    .await
                    .unwrap();
                assert_eq!(heard, [subscriber(*user, &connection_id("c"))]);
            }
            world.clock.pass(-7_000);
        },
    )
    .await;
}

async fn subscribed(world: &World) -> Subscriber {
    let user = rooms(world).await;
    let who = subscriber(user, &world.connect(user, "c").await);
    for room in 1..=3 {
        subscribe(world, room, &who).await.unwrap();
    }
    who
}

#[tokio::test(start_paused = true)]
async fn ending_a_subscription_leaves_nothing_of_it() {
    at_every_call(
        "unsubscribe",
        subscribed,
        async |world, who| {
            for room in [1, 2] {
                stored(
                    world
                        .store
                        .unsubscribe(&world.app, number(room), who.user, &who.connection)
                        .await,
                )?;
            }
            Ok(())
        },
        async |world, who| {
            let row = world
                .store
                .connection(&world.app, who.user, &who.connection, world.now())
                .await
                .unwrap();
            assert_eq!(row.unwrap().rooms().collect::<Vec<_>>(), [number(3)]);
            assert_eq!(super::rows(world).await.subscriptions.len(), 1);
        },
    )
    .await;
}

/// A crash between the mark and the end of the subscriptions leaves them: who ends the connection again, ends them too.
#[tokio::test(start_paused = true)]
async fn an_end_that_was_cut_off_is_completed_by_a_repeat() {
    at_every_call(
        "end_connection",
        subscribed,
        async |world, who| {
            let (store, app) = (&world.store, &world.app);
            let listed = stored(store.connections_to_end(app, who.user, world.now()).await)?;
            assert_eq!(listed.len(), 1, "also after a first attempt");
            stored(store.end_connection(app, who.user, &who.connection, world.now()).await).map(|_| ())
        },
        async |world, who| {
            assert!(super::rows(world).await.subscriptions.is_empty());
            let (store, app) = (&world.store, &world.app);
            assert!(
                store
                    .connections_of(app, who.user, world.now())
                    .await
                    .unwrap()
                    .is_empty()
            );
        },
    )
    .await;
}

/// The answer of the deletion names the rooms; where it is lost, the first post that finds the connection gone cleans up.
#[tokio::test(start_paused = true)]
async fn what_a_deleted_connection_leaves_goes_with_the_first_failed_post() {
    at_every_call(
        "end_connection, forget_connection",
        subscribed,
        async |world, who| {
            let (store, app) = (&world.store, &world.app);
            stored(store.end_connection(app, who.user, &who.connection, world.now()).await)?;
            let before = world.now().plus_seconds(-YOUNG_CONNECTION_SECONDS);
            for room in 1..=3 {
                for gone in stored(store.subscribers(app, number(room), world.now()).await)? {
                    let (user, id) = (gone.user, &gone.connection);
                    stored(
                        store
                            .forget_connection(app, number(room), user, id, before, world.now())
                            .await,
                    )?;
                }
            }
            Ok(())
        },
        async |world, who| {
            assert!(super::rows(world).await.subscriptions.is_empty());
            assert!(
                world
                    .store
                    .connections_of(&world.app, who.user, world.now())
                    .await
                    .unwrap()
                    .is_empty()
            );
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_ticket_is_taken_at_most_once() {
    at_every_call(
        "put_ticket, take_ticket",
        async |world| world.clock.user_id(),
        async |world, user| {
            let until = world.now().plus_seconds(60);
            stored(world.store.put_ticket(&world.app, "hash", (*user, until), until).await)?;
            // Where the answer is lost the ticket may be used up; it never works twice.
            match world.store.take_ticket(&world.app, "hash", world.now()).await {
                Ok(taken) => assert!(taken.is_none_or(|taken| taken == (*user, until))),
                Err(error) => assert!(error.retryable()),
            }
            let again = stored(world.store.take_ticket(&world.app, "hash", world.now()).await)?;
            assert!(again.is_none_or(|again| again == (*user, until)));
            Ok(())
        },
        async |world, _| {
            let spent = world.store.take_ticket(&world.app, "hash", world.now()).await.unwrap();
            assert_eq!(spent, None);
        },
    )
    .await;
}
