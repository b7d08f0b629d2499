//! Deliveries: what a webhook was told, is told and was told in vain.

use parlour_domain::delivery::{Delivery, DeliveryId, DeliveryStatus};
use parlour_domain::{AppId, Timestamp, WebhookId};

use crate::error::StoreError;
use crate::query::{Part, Rows};
use crate::row::{Item, item, number, read, text, text_of};
use crate::transact::put_if;
use crate::{Store, Written, keys};

/// `sweep` tries a delivery that is overdue for so long: until then it is in the queue.
const OVERDUE_SECONDS: i64 = 60;

/// A page of deliveries, the latest event first.
#[derive(Debug, Clone, Default)]
pub struct DeliveryPage {
    /// They.
    pub deliveries: Vec<Delivery>,
    /// Where the next page goes on, if there is one.
    pub next: Option<DeliveryId>,
}

pub(crate) fn delivery_item(app: &AppId, delivery: &Delivery) -> Result<Item, StoreError> {
    let (webhook, id) = (delivery.webhook, delivery.id);
    let mut row = item(&keys::delivery(app, webhook, id), "delivery", delivery)?;
    let index = match (delivery.status, delivery.due) {
        (DeliveryStatus::Pending, Some(due)) => Some((keys::pending(), keys::pending_due(due, app, webhook, id))),
        (DeliveryStatus::Dead, _) => Some((keys::dead(app, webhook), id.to_string())),
        _ => None,
    };
    if let Some((partition, place)) = index {
        row.insert(keys::INDEX_PK.to_owned(), text(partition));
        row.insert(keys::INDEX_SK.to_owned(), text(place));
    }
    row.insert(keys::TTL.to_owned(), number(delivery.expires()));
    Ok(row)
}

impl Store {
    /// A delivery, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delivery(
        &self,
        app: &AppId,
        webhook: WebhookId,
        id: DeliveryId,
    ) -> Result<Option<Delivery>, StoreError> {
        self.get(&self.tables.chat, &keys::delivery(app, webhook, id), true)
            .await?
            .map(read)
            .transpose()
    }

    /// Replaces a delivery that is still as it was at `before`. `Refused`: it changed meanwhile, or is forgotten.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replace_delivery(
        &self,
        app: &AppId,
        before: &Delivery,
        after: &Delivery,
    ) -> Result<Written, StoreError> {
        let version = [(":version", number(before.notes))];
        let row = delivery_item(app, after)?;
        let action = put_if(&self.tables.chat, row, "notes = :version", version)?;
        self.write(None, vec![action]).await
    }

    /// A page of the deliveries of a webhook, the latest event first. It may be short, or empty, with a `next`, if only those of one
    /// status are asked for: it looks at `limit` of them. The dead ones have a list of their own, a moment behind.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn deliveries(
        &self,
        (app, webhook): (&AppId, WebhookId),
        status: Option<DeliveryStatus>,
        after: Option<DeliveryId>,
        limit: usize,
    ) -> Result<DeliveryPage, StoreError> {
        let (chat, before) = (&self.tables.chat, after.map(|after| after.to_string()));
        let part = Part::before(before.as_deref());
        let is_dead = status == Some(DeliveryStatus::Dead);
        let query = if is_dead {
            self.lines(keys::dead(app, webhook), part)
        } else {
            let partition = keys::deliveries_pk(app, webhook);
            self.rows(chat, partition, part).consistent_read(true)
        };
        let page = Rows::read(query.scan_index_forward(false), Some(limit)).await?;
        let last = page.next.as_ref().and_then(|row| text_of(row, keys::SK));
        let next = last.and_then(|id| DeliveryId::parse(id).ok());
        let rows = if is_dead {
            let wanted: Vec<keys::Key> = page.rows.iter().filter_map(keys::Key::of).collect();
            self.get_many(chat, &wanted, false).await?
        } else {
            page.rows
        };
        let mut deliveries = rows.into_iter().map(read).collect::<Result<Vec<Delivery>, _>>()?;
        deliveries.retain(|delivery| status.is_none_or(|status| delivery.status == status));
        deliveries.sort_by_key(|delivery| std::cmp::Reverse(delivery.id));
        Ok(DeliveryPage { deliveries, next })
    }

    /// Deliveries that nobody has tried although they were due, at most `limit`, a moment behind.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn deliveries_due(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(AppId, WebhookId, DeliveryId)>, StoreError> {
        let before = keys::due_by(now.plus_seconds(-OVERDUE_SECONDS));
        let places = self.places_before(keys::pending(), &before, limit).await?;
        Ok(places.iter().filter_map(|place| keys::parse_pending(place)).collect())
    }
}
