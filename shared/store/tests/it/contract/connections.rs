//! Connections are leases: what has expired is absent, whether or not anything swept it.

use parlour_domain::limits::{CONNECTION_LEASE_SECONDS, YOUNG_CONNECTION_SECONDS};
use parlour_store::{Subscribed, keys};

use crate::given::{connection_id, number, subscriber};
use crate::world::World;

on_both_engines!(
    a_connection_whose_lease_has_ended_is_absent,
    a_ping_renews_the_lease_of_a_live_connection_only,
    an_ended_connection_takes_its_subscriptions_along,
    expired_leases_are_found_in_their_part_of_the_index,
    a_young_connection_is_not_forgotten_because_of_one_failure,
    a_user_is_told_on_live_connections_whose_tokens_hold,
);

async fn a_connection_whose_lease_has_ended_is_absent(world: &World) {
    let user = world.clock.user_id();
    let id = world.connect(user, "c1=").await;
    world.clock.pass(CONNECTION_LEASE_SECONDS);
    let live = world
        .store
        .connection(&world.app, user, &id, world.now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        world.store.connections_of(&world.app, user, world.now()).await.unwrap(),
        [live]
    );
    world.clock.pass(1);
    assert_eq!(
        world
            .store
            .connection(&world.app, user, &id, world.now())
            .await
            .unwrap(),
        None
    );
    assert!(
        world
            .store
            .connections_of(&world.app, user, world.now())
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(world.rows().await.len(), 1, "the row is still there; nothing swept it");
}

async fn a_ping_renews_the_lease_of_a_live_connection_only(world: &World) {
    let user = world.clock.user_id();
    let id = world.connect(user, "c1").await;
    world.clock.pass(CONNECTION_LEASE_SECONDS);
    let renewed = world
        .store
        .renew_connection(&world.app, user, &id, world.now(), None)
        .await
        .unwrap();
    assert_eq!(renewed.map(|connection| connection.id), Some(id.clone()));
    world.clock.pass(CONNECTION_LEASE_SECONDS);
    let until = world.now().plus_seconds(77);
    let renewed = world
        .store
        .renew_connection(&world.app, user, &id, world.now(), Some(until))
        .await
        .unwrap();
    assert_eq!(renewed.unwrap().token_expires, until);
    world.clock.pass(CONNECTION_LEASE_SECONDS + 1);
    let late = world
        .store
        .renew_connection(&world.app, user, &id, world.now(), None)
        .await
        .unwrap();
    assert_eq!(late, None, "what has expired is not woken up");
    let missing = connection_id("missing");
    assert_eq!(
        world
            .store
            .renew_connection(&world.app, user, &missing, world.now(), None)
            .await
            .unwrap(),
        None
    );
    assert_eq!(world.rows().await.len(), 1);
}

async fn an_ended_connection_takes_its_subscriptions_along(world: &World) {
    let user = world.clock.user_id();
    let (gone, stays) = (world.connect(user, "gone").await, world.connect(user, "stays").await);
    let until = world.now().plus_seconds(3_600);
    for room in 1..=30 {
        world.room(room, &[user]).await;
        for id in [&gone, &stays] {
            let done = world
                .store
                .subscribe(&world.app, number(room), &subscriber(user, id), until)
                .await;
            assert_eq!(done.unwrap(), Subscribed::Done);
        }
    }
    assert!(world.end(user, &gone).await);
    assert!(!world.end(user, &gone).await, "an end is told of once");
    for room in 1..=30 {
        let left = world
            .store
            .subscribers(&world.app, number(room), world.now())
            .await
            .unwrap();
        assert_eq!(left, [subscriber(user, &stays)]);
    }
}

async fn expired_leases_are_found_in_their_part_of_the_index(world: &World) {
    let user = world.clock.user_id();
    let old: Vec<_> = (0..20).map(|index| format!("old{index}=")).collect();
    for id in &old {
        world.connect(user, id).await;
    }
    world.clock.pass(300);
    world.connect(user, "young").await;
    let expired = async || {
        let mut found = Vec::new();
        for shard in 0..keys::LEASE_SHARDS {
            found.extend(world.store.expired_leases(shard, world.now(), 100).await.unwrap());
        }
        found.sort_by(|one, other| one.2.cmp(&other.2));
        found
    };
    world.clock.pass(CONNECTION_LEASE_SECONDS - 300);
    assert!(expired().await.is_empty());
    world.clock.pass(1);
    let mut expected: Vec<_> = old
        .iter()
        .map(|id| (world.app.clone(), user, connection_id(id)))
        .collect();
    expected.sort_by(|one, other| one.2.cmp(&other.2));
    assert_eq!(expired().await, expected);
    for (app, user, id) in expired().await {
        world.store.end_connection(&app, user, &id, world.now()).await.unwrap();
        assert!(
            expired().await.iter().any(|(_, _, found)| *found == id),
            "until it is removed"
        );
        let ended = world.store.ended_connection(&app, user, &id).await.unwrap().unwrap();
        assert!(world.store.remove_ended(&app, user, &ended).await.unwrap());
    }
    assert!(expired().await.is_empty());
}

async fn a_young_connection_is_not_forgotten_because_of_one_failure(world: &World) {
    let user = world.clock.user_id();
    let room = world.room(1, &[user]).await.number;
    let id = world.connect(user, "c1").await;
    let until = world.now().plus_seconds(3_600);
    world
        .store
        .subscribe(&world.app, room, &subscriber(user, &id), until)
        .await
        .unwrap();
    let forget = async || {
        let before = world.now().plus_seconds(-YOUNG_CONNECTION_SECONDS);
        world
            .store
            .forget_connection(&world.app, room, user, &id, before, world.now())
            .await
            .unwrap();
        world
            .store
            .subscribers(&world.app, room, world.now())
            .await
            .unwrap()
            .len()
    };
    world.clock.pass(YOUNG_CONNECTION_SECONDS - 1);
    assert_eq!(forget().await, 1);
    world.clock.pass(1);
    assert_eq!(forget().await, 0);
    assert_eq!(
        world
            .store
            .connection(&world.app, user, &id, world.now())
            .await
            .unwrap(),
        None
    );
    assert_eq!(forget().await, 0);
}

async fn a_user_is_told_on_live_connections_whose_tokens_hold(world: &World) {
    let (user, other) = (world.clock.user_id(), world.clock.user_id());
    let told = async |most| {
        let found = world
            .store
            .connections_to_tell(&world.app, user, most, world.now(), true)
            .await;
        let mut ids: Vec<_> = found.unwrap().into_iter().map(|told| told.connection).collect();
        ids.sort_unstable();
        ids
    };
    let (first, second) = (world.connect(user, "c1").await, world.connect(user, "c2").await);
    world.connect(other, "c3").await;
    let mut short = world.clock.connection("c4");
    short.token_expires = world.now().plus_seconds(60);
    world
        .store
        .put_connection(&world.app, user, &short, world.now())
        .await
        .unwrap();
    assert_eq!(told(9).await, [first.clone(), second.clone(), short.id]);
    assert_eq!(told(1).await.len(), 1);
    world.clock.pass(60);
    assert_eq!(told(9).await, [first.clone(), second], "the token of one has ended");
    world.clock.pass(CONNECTION_LEASE_SECONDS - 60);
    let renewed = world
        .store
        .renew_connection(&world.app, user, &first, world.now(), None);
    assert!(renewed.await.unwrap().is_some());
    world.clock.pass(1);
    assert_eq!(
        told(9).await,
        std::slice::from_ref(&first),
        "the lease of one has ended"
    );
    // One that is told as a user's is forgotten without a room.
    let (store, app) = (&world.store, &world.app);
    store
        .forget_connection(app, None, user, &first, world.now(), world.now())
        .await
        .unwrap();
    assert!(told(9).await.is_empty());
}
