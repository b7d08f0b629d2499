//! What is to be told to webhooks: no entry stands without a note of its room, and a note ends only when all is told.

use std::collections::BTreeMap;

use parlour_domain::Seq;
use parlour_domain::delivery::{Delivery, DeliveryId, DeliveryStatus, Failure, Outcome};
use parlour_domain::webhook::{EventKind, Webhooks};
use parlour_domain::{MessageId, RoomNumber, Timestamp, WebhookId};
use parlour_store::{Missing, Store, Unseen, Written};

use super::webhooks::webhook;
use crate::given::{number, seq};
use crate::world::World;

on_both_engines!(
    an_entry_of_an_app_with_webhooks_leaves_a_note_of_its_room,
    without_webhooks_nothing_is_noted,
    where_a_bus_hears_of_all_it_is_noted_without_webhooks,
    a_log_is_turned_into_deliveries_once,
    a_note_ends_when_all_is_told_and_nothing_new_was_noted,
    deliveries_are_listed_the_latest_first_and_by_status,
    a_delivery_that_is_overdue_is_found,
    what_is_unseen_is_noted_with_the_log_and_looked_at_once,
    of_many_who_were_told_the_last_are_known,
);

/// The world's store as one that notes, and an app that has a webhook.
async fn noting(world: &World) -> Store {
    let store = world.store.clone().with_outbox();
    let before = store.webhooks(&world.app).await.unwrap();
    let after = Webhooks {
        webhooks: vec![webhook(world, None)],
        ..before.clone()
    };
    let written = store
        .replace_webhooks(&world.app, &before, after, None, world.now())
        .await;
    assert_eq!(written.unwrap(), Written::Done);
    store
}

fn delivery(world: &World, webhook: WebhookId, seq: Seq, at: Timestamp) -> Delivery {
    let event = MessageId::new(&world.app, number(7), seq);
    Delivery::new(
        DeliveryId { at, event },
        webhook,
        EventKind::MessageCreated,
        world.now(),
    )
}

/// A world whose own store notes, and a room in it.
async fn noting_world(world: &World) -> (World, RoomNumber) {
    let store = noting(world).await;
    let noting = World {
        store,
        raw: world.raw.clone(),
        app: world.app.clone(),
        clock: world.clock.clone(),
    };
    let members = world.clock.user_ids(2);
    let room = noting.room(7, &members).await.number;
    noting.say(room, members[0], "one").await;
    (noting, room)
}

async fn an_entry_of_an_app_with_webhooks_leaves_a_note_of_its_room(world: &World) {
    let (world, room) = noting_world(world).await;
    let (store, app) = (&world.store, &world.app);
    let outbox = store.outbox(app, room).await.unwrap().unwrap();
    assert_eq!(
        (outbox.told, outbox.noted),
        (Seq::ZERO, world.now()),
        "from its first entry on"
    );
    assert!(store.has_noted(app, room, world.now()));
    assert_eq!(store.outboxes_due(world.now(), 9).await.unwrap(), []);
    world.clock.pass(61);
    assert_eq!(store.outboxes_due(world.now(), 9).await.unwrap(), [(app.clone(), room)]);
    assert!(store.defer_outbox(app, room, world.now()).await.unwrap());
    assert_eq!(store.outboxes_due(world.now(), 9).await.unwrap(), []);
    assert_eq!(store.outbox(app, number(8)).await.unwrap(), None);
    assert!(!store.defer_outbox(app, number(8), world.now()).await.unwrap());
}

async fn without_webhooks_nothing_is_noted(world: &World) {
    let noting = World {
        store: world.store.clone().with_outbox(),
        raw: world.raw.clone(),
        app: world.app.clone(),
        clock: world.clock.clone(),
    };
    let members = world.clock.user_ids(1);
    let room = noting.room(7, &members).await.number;
    noting.say(room, members[0], "one").await;
    assert_eq!(noting.store.outbox(&world.app, room).await.unwrap(), None);
    assert!(!noting.store.has_noted(&world.app, room, world.now()));
}

async fn where_a_bus_hears_of_all_it_is_noted_without_webhooks(world: &World) {
    let noting = World {
        store: world.store.clone().with_outbox_of_all(),
        raw: world.raw.clone(),
        app: world.app.clone(),
        clock: world.clock.clone(),
    };
    let members = world.clock.user_ids(2);
    let room = noting.room(7, &members).await.number;
    let outbox = noting.store.outbox(&world.app, room).await.unwrap().unwrap();
    assert_eq!((outbox.told, outbox.noted), (Seq::ZERO, world.now()));
    // Nobody has a webhook: the log is told all the same.
    let entries = noting
        .store
        .entries_after(&world.app, room, Seq::ZERO, 9)
        .await
        .unwrap();
    let last = entries.entries.last().unwrap().seq;
    let put = noting
        .store
        .put_deliveries((&world.app, room), &outbox, (last, None), &[])
        .await;
    assert!(put.unwrap());
    let told = noting.store.outbox(&world.app, room).await.unwrap().unwrap();
    assert_eq!(told.told, last);
}

async fn a_log_is_turned_into_deliveries_once(world: &World) {
    let (world, room) = noting_world(world).await;
    let (store, app) = (&world.store, &world.app);
    let hook = store.webhooks(app).await.unwrap().webhooks[0].id;
    let before = store.outbox(app, room).await.unwrap().unwrap();
    let both = [
        delivery(&world, hook, seq(1), world.now()),
        delivery(&world, hook, seq(2), world.now()),
    ];
    let put = async || {
        store
            .put_deliveries((app, room), &before, (seq(2), None), &both)
            .await
            .unwrap()
    };
    assert!(put().await);
    assert!(!put().await, "somebody did");
    let after = store.outbox(app, room).await.unwrap().unwrap();
    assert_eq!((after.told, after.noted), (seq(2), before.noted));
    for of in &both {
        assert_eq!(store.delivery(app, hook, of.id).await.unwrap().as_ref(), Some(of));
    }
}

async fn a_note_ends_when_all_is_told_and_nothing_new_was_noted(world: &World) {
    let (world, room) = noting_world(world).await;
    let (store, app) = (&world.store, &world.app);
    let before = store.outbox(app, room).await.unwrap().unwrap();
    assert!(!before.is_settled(world.now()), "an append may be under way");
    world.clock.pass(61);
    assert!(before.is_settled(world.now()));
    let members = world.clock.user_ids(1);
    world.say(room, members[0], "two").await;
    assert!(
        !store.end_outbox(app, room, &before).await.unwrap(),
        "it was noted again"
    );
    let again = store.outbox(app, room).await.unwrap().unwrap();
    assert_eq!((again.told, again.noted), (before.told, world.now()));
    assert!(store.end_outbox(app, room, &again).await.unwrap());
    world.clock.pass(61);
    assert_eq!(store.outboxes_due(world.now(), 9).await.unwrap(), []);
    world.say(room, members[0], "three").await;
    world.clock.pass(61);
    assert_eq!(store.outboxes_due(world.now(), 9).await.unwrap(), [(app.clone(), room)]);
}

async fn deliveries_are_listed_the_latest_first_and_by_status(world: &World) {
    let (world, room) = noting_world(world).await;
    let (store, app) = (&world.store, &world.app);
    let hook = store.webhooks(app).await.unwrap().webhooks[0].id;
    let before = store.outbox(app, room).await.unwrap().unwrap();
    let all: Vec<Delivery> = (1..=5_u64)
        .map(|place| {
            delivery(
                &world,
                hook,
                seq(place),
                Timestamp::from_millis(i64::try_from(place).unwrap() * 1_000),
            )
        })
        .collect();
    assert!(
        store
            .put_deliveries((app, room), &before, (seq(5), None), &all)
            .await
            .unwrap()
    );
    let dead = all[1].tried(Outcome::Failed(Failure::Gone), world.now(), 0);
    let done = all[3].tried(Outcome::Answered(200), world.now(), 0);
    for (before, after) in [(&all[1], &dead), (&all[3], &done)] {
        let written = store.replace_delivery(app, before, after).await.unwrap();
        assert_eq!(written, Written::Done);
        let stale = store.replace_delivery(app, before, after).await.unwrap();
        assert_eq!(stale, Written::Refused, "it is not as it was");
    }
    let list = async |status| {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = store.deliveries((app, hook), status, after, 2).await.unwrap();
            found.extend(page.deliveries);
            after = page.next;
            if after.is_none() {
                return found;
            }
        }
    };
    let expected = [&all[4], &done, &all[2], &dead, &all[0]].map(Clone::clone);
    assert_eq!(list(None).await, expected);
    assert_eq!(list(Some(DeliveryStatus::Dead)).await, [dead]);
    assert_eq!(list(Some(DeliveryStatus::Delivered)).await, [done]);
    let pending = [&all[4], &all[2], &all[0]].map(Clone::clone);
    assert_eq!(list(Some(DeliveryStatus::Pending)).await, pending);
}

async fn a_delivery_that_is_overdue_is_found(world: &World) {
    let (world, room) = noting_world(world).await;
    let (store, app) = (&world.store, &world.app);
    let hook = store.webhooks(app).await.unwrap().webhooks[0].id;
    let before = store.outbox(app, room).await.unwrap().unwrap();
    let one = delivery(&world, hook, seq(1), world.now());
    assert!(
        store
            .put_deliveries((app, room), &before, (seq(1), None), std::slice::from_ref(&one))
            .await
            .unwrap()
    );
    assert_eq!(
        store.deliveries_due(world.now(), 9).await.unwrap(),
        [],
        "it is in the queue"
    );
    world.clock.pass(61);
    assert_eq!(
        store.deliveries_due(world.now(), 9).await.unwrap(),
        [(app.clone(), hook, one.id)]
    );
    let done = one.tried(Outcome::Answered(200), world.now(), 0);
    store.replace_delivery(app, &one, &done).await.unwrap();
    assert_eq!(store.deliveries_due(world.now(), 9).await.unwrap(), []);
}

async fn what_is_unseen_is_noted_with_the_log_and_looked_at_once(world: &World) {
    let (world, room) = noting_world(world).await;
    let (store, app) = (&world.store, &world.app);
    let hook = store.webhooks(app).await.unwrap().webhooks[0].id;
    let before = store.outbox(app, room).await.unwrap().unwrap();
    assert_eq!(before.unseen, None);
    let unseen = Unseen {
        from: seq(2),
        due: world.now().plus_seconds(30),
    };
    assert!(
        store
            .put_deliveries((app, room), &before, (seq(2), Some(unseen)), &[])
            .await
            .unwrap()
    );
    let noted = store.outbox(app, room).await.unwrap().unwrap();
    assert_eq!((noted.told, noted.unseen), (seq(2), Some(unseen)));

    let missing = store.missing(app, room).await.unwrap();
    assert_eq!(missing, Missing::default());
    let users = BTreeMap::from([(world.clock.user_id(), seq(2)), (world.clock.user_id(), seq(1))]);
    let one = delivery(&world, hook, seq(2), world.now());
    let deliveries = std::slice::from_ref(&one);
    let settle = async |users: &BTreeMap<_, _>, deliveries: &[Delivery]| {
        let told = (&missing, users);
        let settled = store.settle_unseen((app, room), unseen, told, deliveries, world.now());
        settled.await.unwrap()
    };
    assert!(settle(&users, deliveries).await);
    assert!(!settle(&users, &[]).await, "somebody did");
    assert_eq!(store.outbox(app, room).await.unwrap().unwrap().unseen, None);
    let after = store.missing(app, room).await.unwrap();
    assert_eq!((&after.users, after.version), (&users, 1));
    assert_eq!(store.delivery(app, hook, one.id).await.unwrap(), Some(one));
}

async fn of_many_who_were_told_the_last_are_known(world: &World) {
    let (world, room) = noting_world(world).await;
    let (store, app) = (&world.store, &world.app);
    let before = store.outbox(app, room).await.unwrap().unwrap();
    let unseen = Unseen {
        from: seq(2),
        due: world.now().plus_seconds(30),
    };
    let noted = store.put_deliveries((app, room), &before, (seq(2), Some(unseen)), &[]);
    assert!(noted.await.unwrap());
    let users = world.clock.user_ids(1_002);
    let told: BTreeMap<_, _> = users.iter().copied().zip((1..).map(seq)).collect();
    let none = Missing::default();
    let settled = store.settle_unseen((app, room), unseen, (&none, &told), &[], world.now());
    assert!(settled.await.unwrap());
    let known = store.missing(app, room).await.unwrap().users;
    assert_eq!(known.len(), 1_000);
    assert!(users[..2].iter().all(|user| !known.contains_key(user)));
    assert_eq!(known[&users[1_001]], seq(1_002));
}
