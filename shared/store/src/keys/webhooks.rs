//! Keys of webhooks, of what is still to be told to them, and of what became of it.

use parlour_domain::delivery::DeliveryId;
use parlour_domain::{AppId, RoomNumber, Timestamp, WebhookId};

use super::{Key, due_at, key, parse_due};

/// The webhooks of an app.
#[must_use]
pub fn webhooks(app: &AppId) -> Key {
    key(format!("app#{app}"), "webhooks")
}

/// How far the log of a room was turned into deliveries.
#[must_use]
pub fn outbox(app: &AppId, room: RoomNumber) -> Key {
    key(format!("app#{app}#outbox#{}", room.get()), "outbox")
}

/// Who was told to be missing messages of a room.
#[must_use]
pub fn unseen(app: &AppId, room: RoomNumber) -> Key {
    key(outbox(app, room).pk, "unseen")
}

/// Index partition of rooms whose log may have entries that are no deliveries yet; `sweep` reads it.
#[must_use]
pub fn outboxes() -> String {
    "outbox".to_owned()
}

/// The partition of the deliveries of a webhook.
#[must_use]
pub fn deliveries_pk(app: &AppId, webhook: WebhookId) -> String {
    format!("app#{app}#delivery#{webhook}")
}

/// A delivery.
#[must_use]
pub fn delivery(app: &AppId, webhook: WebhookId, id: DeliveryId) -> Key {
    key(deliveries_pk(app, webhook), id.to_string())
}

/// Index partition of deliveries that are to be tried; `sweep` reads it.
#[must_use]
pub fn pending() -> String {
    "delivery".to_owned()
}

/// Index place of a delivery that is to be tried, by when.
#[must_use]
pub fn pending_due(due: Timestamp, app: &AppId, webhook: WebhookId, id: DeliveryId) -> String {
    due_at(due, app, format_args!("{webhook}#{id}"))
}

/// App, webhook and id of an index place of [`pending_due`].
#[must_use]
pub fn parse_pending(place: &str) -> Option<(AppId, WebhookId, DeliveryId)> {
    let (app, of) = parse_due(place)?;
    let (webhook, id) = of.split_once('#')?;
    Some((app, WebhookId::parse(webhook).ok()?, DeliveryId::parse(id).ok()?))
}

/// Index partition of the deliveries of a webhook that are tried no more; their places are their ids.
#[must_use]
pub fn dead(app: &AppId, webhook: WebhookId) -> String {
    format!("app#{app}#dead#{webhook}")
}
