//! Reading a room's subscriptions: all of them for a fan-out, or only as many as tell that a room is small.

use parlour_domain::{AppId, RoomNumber, Timestamp};

use super::{Subscriber, subscriber};
use crate::error::{StoreError, classify};
use crate::row::{Item, text};
use crate::{Store, keys};

impl Store {
    /// Everyone who hears of a room, read consistently: to be read after the write that they are to hear of.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn subscribers(
        &self,
        app: &AppId,
        room: RoomNumber,
        now: Timestamp,
    ) -> Result<Vec<Subscriber>, StoreError> {
        let rows = self.query_subscriptions(app, room, "").await?;
        Ok(rows.iter().filter_map(|row| subscriber(row, now)).collect())
    }

    /// Everyone who hears of a room, if that is no more than `most`; `None` if it is. What is asked only of small rooms so
    /// costs no more in large ones.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn few_subscribers(
        &self,
        app: &AppId,
        room: RoomNumber,
        most: usize,
        now: Timestamp,
    ) -> Result<Option<Vec<Subscriber>>, StoreError> {
        let (mut few, mut after) = (Vec::new(), None);
        loop {
            // Twice as many, because some may have expired; 40 short rows are one read unit.
            let page = self.page_of_subscriptions(app, room, "", after, Some(2 * most)).await?;
            few.extend(page.0.iter().filter_map(|row| subscriber(row, now)));
            after = page.1;
            if few.len() > most {
                return Ok(None);
            }
            if after.is_none() {
                return Ok(Some(few));
            }
        }
    }

    pub(super) async fn query_subscriptions(
        &self,
        app: &AppId,
        room: RoomNumber,
        prefix: &str,
    ) -> Result<Vec<Item>, StoreError> {
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            let page = self.page_of_subscriptions(app, room, prefix, after, None).await?;
            rows.extend(page.0);
            after = page.1;
            if after.is_none() {
                return Ok(rows);
            }
        }
    }

    /// Rows, and where the next page goes on.
    async fn page_of_subscriptions(
        &self,
        app: &AppId,
        room: RoomNumber,
        prefix: &str,
        after: Option<Item>,
        limit: Option<usize>,
    ) -> Result<(Vec<Item>, Option<Item>), StoreError> {
        let mut query = self
            .client
            .query()
            .table_name(&self.tables.connections)
            .expression_attribute_values(":p", text(keys::subscriptions_pk(app, room)))
            .consistent_read(true)
            .set_limit(limit.and_then(|limit| i32::try_from(limit).ok()))
            .set_exclusive_start_key(after);
        query = if prefix.is_empty() {
            query.key_condition_expression("pk = :p")
        } else {
            let condition = query.key_condition_expression("pk = :p AND begins_with(sk, :prefix)");
            condition.expression_attribute_values(":prefix", text(prefix))
        };
        let page = query.send().await.map_err(classify)?;
        Ok((page.items.unwrap_or_default(), page.last_evaluated_key))
    }
}
