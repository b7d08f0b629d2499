//! Webhooks: one row, which nobody replaces unseen.

use parlour_domain::WebhookId;
use parlour_domain::webhook::{EventKind, SigningSecret, Webhook, WebhookUrl, Webhooks};
use parlour_store::Written;

use crate::world::World;

on_both_engines!(
    webhooks_come_back_as_they_were_put,
    of_two_changes_at_once_one_is_refused,
);

pub(crate) fn webhook(world: &World, events: Option<&[EventKind]>) -> Webhook {
    let mut moment = world.clock.moment();
    Webhook {
        id: WebhookId::generate(&mut moment),
        url: WebhookUrl::parse("https://receiver.invalid/hook").unwrap(),
        events: events.map(|events| events.iter().copied().collect()),
        enabled: true,
        secrets: vec![SigningSecret {
            text: "whsec_c2VjcmV0".to_owned(),
            until: Some(moment.now),
        }],
        created_at: moment.now,
        updated_at: moment.now,
    }
}

async fn webhooks_come_back_as_they_were_put(world: &World) {
    let (store, app) = (&world.store, &world.app);
    let none = store.webhooks(app).await.unwrap();
    assert_eq!(none, Webhooks::default());
    let one = Webhooks {
        webhooks: vec![webhook(world, None), webhook(world, Some(&[EventKind::RoomDeleted]))],
        ..none.clone()
    };
    let written = store
        .replace_webhooks(app, &none, one.clone(), None, world.now())
        .await
        .unwrap();
    assert_eq!(written, Written::Done);
    let found = store.webhooks(app).await.unwrap();
    assert_eq!((&found.webhooks, found.version), (&one.webhooks, 1));
    let after = Webhooks::default();
    store
        .replace_webhooks(app, &found, after, None, world.now())
        .await
        .unwrap();
    let found = store.webhooks(app).await.unwrap();
    assert_eq!((found.webhooks.len(), found.version), (0, 2));
}

async fn of_two_changes_at_once_one_is_refused(world: &World) {
    let (store, app) = (&world.store, &world.app);
    let mut before = store.webhooks(app).await.unwrap();
    for expected in 1..3 {
        let after = Webhooks {
            webhooks: vec![webhook(world, None)],
            ..before.clone()
        };
        let first = store
            .replace_webhooks(app, &before, after.clone(), None, world.now())
            .await
            .unwrap();
        let second = store
            .replace_webhooks(app, &before, Webhooks::default(), None, world.now())
            .await
            .unwrap();
        assert_eq!((first, second), (Written::Done, Written::Refused));
        let found = store.webhooks(app).await.unwrap();
        assert_eq!((&found.webhooks, found.version), (&after.webhooks, expected));
        before = found;
    }
}
