//! Ends of connections, last sightings, watchers and rosters.

use parlour_domain::limits::CONNECTION_LEASE_SECONDS;
use parlour_domain::{ConnectionId, UserId};
use parlour_store::{RosterPage, Subscribed, Written};

use crate::given::{number, subscriber};
use crate::world::World;

on_both_engines!(
    an_ended_connection_is_absent_and_remembered_until_it_is_removed,
    a_connection_that_has_ended_joins_nothing,
    a_last_sighting_never_goes_back,
    a_deleted_user_was_never_seen,
    a_watch_replaces_the_one_before_and_ends_with_its_connection,
    who_has_blocked_a_user_is_found_among_many,
    a_roster_has_each_user_once_page_by_page,
    only_the_first_join_of_a_connection_is_new,
);

async fn an_ended_connection_is_absent_and_remembered_until_it_is_removed(world: &World) {
    let (store, app, user) = (&world.store, &world.app, world.clock.user_id());
    let (id, other) = (world.connect(user, "c1").await, world.connect(user, "c2").await);
    world.clock.pass(60);
    assert_eq!(
        store.ended_connection(app, user, &id).await.unwrap(),
        None,
        "it is open"
    );
    assert!(world.end(user, &id).await);
    let now = world.now();
    assert_eq!(store.connection(app, user, &id, now).await.unwrap(), None);
    assert_eq!(store.renew_connection(app, user, &id, now, None).await.unwrap(), None);
    assert_eq!(store.connections_of(app, user, now).await.unwrap().len(), 1);
    let ended = store.ended_connection(app, user, &id).await.unwrap().unwrap();
    assert!(ended.lease.lingers(now) && ended.lease.last_seen() == now);
    let traces = store.traces_of(app, user, true).await.unwrap();
    let live: Vec<_> = traces.iter().filter(|trace| trace.lease.is_live(now)).collect();
    assert_eq!((traces.len(), live.len()), (2, 1));
    assert_eq!(live[0].connection.id, other);
    assert!(store.remove_ended(app, user, &ended).await.unwrap());
    assert!(!store.remove_ended(app, user, &ended).await.unwrap());
    assert!(!world.end(user, &id).await);
    assert_eq!(world.rows().await.len(), 1);
    world.clock.pass(CONNECTION_LEASE_SECONDS);
    assert!(
        !store.traces_of(app, user, true).await.unwrap()[0]
            .lease
            .is_live(world.now())
    );
}

async fn a_connection_that_has_ended_joins_nothing(world: &World) {
    let user = world.clock.user_id();
    let rooms = [world.room(1, &[user]).await.number, world.room(2, &[user]).await.number];
    let id = world.connect(user, "c1").await;
    assert!(world.end(user, &id).await);
    let (who, until) = (subscriber(user, &id), world.now().plus_seconds(60));
    let one = world.store.subscribe(&world.app, rooms[0], &who, until).await.unwrap();
    assert_eq!(one, Subscribed::NoConnection);
    let (many, _) = world
        .store
        .subscribe_many(&world.app, &rooms, &who, until)
        .await
        .unwrap();
    assert_eq!(many, Subscribed::NoConnection);
    let heard = world
        .store
        .subscribers(&world.app, rooms[0], world.now())
        .await
        .unwrap();
    assert_eq!(heard, []);
}

async fn a_last_sighting_never_goes_back(world: &World) {
    let (store, app, users) = (&world.store, &world.app, world.clock.user_ids(3));
    let late = world.now();
    for at in [late.plus_seconds(-9), late, late.plus_seconds(-5)] {
        store.saw(app, users[0], at).await.unwrap();
    }
    store.saw(app, users[1], late.plus_seconds(-7)).await.unwrap();
    let seen = store.last_seen(app, &users).await.unwrap();
    assert_eq!(seen.get(&users[0]), Some(&late));
    assert_eq!(seen.get(&users[1]), Some(&late.plus_seconds(-7)));
    assert_eq!(seen.len(), 2);
}

async fn a_deleted_user_was_never_seen(world: &World) {
    let user = world.clock.user("Ada");
    world.store.create_user(&world.app, &user, None).await.unwrap();
    world.store.saw(&world.app, user.id, world.now()).await.unwrap();
    world.store.delete_user(&world.app, &user, None).await.unwrap();
    assert!(world.store.last_seen(&world.app, &[user.id]).await.unwrap().is_empty());
    assert_eq!(world.rows().await, []);
}

async fn a_watch_replaces_the_one_before_and_ends_with_its_connection(world: &World) {
    let (store, app, watcher) = (&world.store, &world.app, world.clock.user_id());
    let watched = world.clock.user_ids(60);
    let who = subscriber(watcher, &world.connect(watcher, "c1").await);
    let until = world.now().plus_seconds(600);
    let watchers = async |user: &UserId| store.watchers(app, *user, world.now()).await.unwrap();
    assert!(
        store
            .watch(app, &who, &watched[..40], until, world.now())
            .await
            .unwrap()
    );
    assert!(
        store
            .watch(app, &who, &watched[20..], until, world.now())
            .await
            .unwrap()
    );
    assert!(watchers(&watched[0]).await.is_empty());
    for user in [20, 39, 59] {
        assert_eq!(watchers(&watched[user]).await, std::slice::from_ref(&who));
    }
    let trace = store.traces_of(app, watcher, true).await.unwrap().remove(0);
    assert!(trace.watching);
    store.unwatch(app, watcher, &who.connection).await.unwrap();
    assert_eq!(world.rows().await.len(), 1, "the connection");

    assert!(store.watch(app, &who, &watched[..1], until, world.now()).await.unwrap());
    world.clock.pass(600);
    assert!(watchers(&watched[0]).await.is_empty(), "it ends by itself");
    assert!(world.end(watcher, &who.connection).await);
    let late = store.watch(app, &who, &watched, until, world.now()).await.unwrap();
    assert!(!late, "the connection has ended");
}

async fn a_roster_has_each_user_once_page_by_page(world: &World) {
    let (store, app) = (&world.store, &world.app);
    let users = world.clock.user_ids(9);
    let room = world.room(1, &users).await.number;
    for (user, connections) in users.iter().zip([1, 2, 1, 30, 1, 2, 3, 1, 1]) {
        for index in 0..connections {
            let id: ConnectionId = world.connect(*user, &format!("{user}{index}")).await;
            let until = world.now().plus_seconds(if *user == users[8] { 5 } else { 600 });
            let done = store.subscribe(app, room, &subscriber(*user, &id), until).await;
            assert_eq!(done.unwrap(), Subscribed::Done);
        }
    }
    world.clock.pass(6);
    for limit in [1, 2, 3, 50] {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let RosterPage { users, next } = store.roster(app, room, after, limit, world.now()).await.unwrap();
            assert!(users.len() <= limit, "{users:?}");
            found.extend(users);
            after = next;
            if after.is_none() {
                break;
            }
        }
        found.sort_unstable();
        // The last one's subscription has expired.
        let mut there = users[..8].to_vec();
        there.sort_unstable();
        assert_eq!(found, there, "limit {limit}");
    }
}

async fn only_the_first_join_of_a_connection_is_new(world: &World) {
    let (store, app, user) = (&world.store, &world.app, world.clock.user_id());
    let room = world.room(1, &[user]).await.number;
    let who = subscriber(user, &world.connect(user, "c1").await);
    let until = world.now().plus_seconds(600);
    let is_new = async || {
        let present = store
            .few_present(app, number(1), 20, world.now())
            .await
            .unwrap()
            .unwrap();
        assert_eq!((present.len(), &present[0].subscriber), (1, &who));
        present[0].is_new
    };
    for new in [true, false, false] {
        store.subscribe(app, room, &who, until).await.unwrap();
        assert_eq!(is_new().await, new);
    }
    store.unsubscribe(app, room, user, &who.connection).await.unwrap();
    store.subscribe(app, room, &who, until).await.unwrap();
    assert!(is_new().await, "it has left in between");
}

async fn who_has_blocked_a_user_is_found_among_many(world: &World) {
    let (store, app, now) = (&world.store, &world.app, world.now());
    let [asking, blocking, blocked, other] = std::array::from_fn(|_| world.clock.user_id());
    for (user, whom) in [(blocking, asking), (asking, blocked), (other, blocked)] {
        let set = store.set_block(app, (user, whom), Some(now), None).await;
        assert_eq!(set.unwrap(), Written::Done);
    }
    let asked = [other, blocking, blocked, blocking];
    let found = store.blocking(app, &asked, asking).await.unwrap();
    assert_eq!(found, [blocking].into());
    let lifted = store.set_block(app, (blocking, asking), None, None).await;
    assert_eq!(lifted.unwrap(), Written::Done);
    assert!(store.blocking(app, &asked, asking).await.unwrap().is_empty());
    assert!(store.blocking(app, &[], asking).await.unwrap().is_empty());
}
