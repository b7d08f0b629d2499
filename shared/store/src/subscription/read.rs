//! Reading a room's subscriptions: all of them for a fan-out, or only as many as tell that a room is small.

use parlour_domain::{AppId, ConnectionId, RoomNumber, Timestamp, UserId};

use super::{Subscriber, subscriber};
use crate::error::StoreError;
use crate::keys::Key;
use crate::query::{Part, Rows};
use crate::row::{Item, number_of, text_of};
use crate::{Store, keys};

/// How often the connection has joined the room since it last left it.
const JOINS: &str = "n";

/// A connection that hears of a room, as those see it who tell of its coming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// The connection.
    pub subscriber: Subscriber,
    /// It has joined once: what comes later only repeats it.
    pub is_new: bool,
}

fn present(row: &Item, now: Timestamp) -> Option<Present> {
    Some(Present {
        subscriber: subscriber(row, now)?,
        is_new: number_of(row, JOINS) == Some(1),
    })
}

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
        let rows = self.query_subscriptions(app, room, Part::All).await?;
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
        let few = self.few_present(app, room, most, now).await?;
        Ok(few.map(|few| few.into_iter().map(|present| present.subscriber).collect()))
    }

    /// The same, and whether each of them has just come.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn few_present(
        &self,
        app: &AppId,
        room: RoomNumber,
        most: usize,
        now: Timestamp,
    ) -> Result<Option<Vec<Present>>, StoreError> {
        let (mut few, mut after) = (Vec::new(), None);
        loop {
            // Twice as many, because some may have expired; 40 short rows are one read unit.
            let page = self
                .page_of_subscriptions(app, room, Part::All, after, Some(2 * most))
                .await?;
            few.extend(page.rows.iter().filter_map(|row| present(row, now)));
            after = page.next;
            if few.len() > most {
                return Ok(None);
            }
            if after.is_none() {
                return Ok(Some(few));
            }
        }
    }

    /// Some of those who hear of a room, at most `most`: all, unless there are more. One read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn some_subscribers(
        &self,
        app: &AppId,
        room: RoomNumber,
        most: usize,
        now: Timestamp,
    ) -> Result<Vec<Subscriber>, StoreError> {
        // Twice as many, because some may have expired.
        let page = self
            .page_of_subscriptions(app, room, Part::All, None, Some(2 * most))
            .await?;
        let live = page.rows.iter().filter_map(|row| subscriber(row, now));
        Ok(live.take(most).collect())
    }

    /// Which of these rooms a connection still hears of, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn subscribed(
        &self,
        app: &AppId,
        user: UserId,
        connection: &ConnectionId,
        rooms: &[RoomNumber],
        now: Timestamp,
    ) -> Result<Vec<RoomNumber>, StoreError> {
        let wanted: Vec<Key> = rooms
            .iter()
            .map(|room| keys::subscription(app, *room, user, connection))
            .collect();
        let rows = self.get_many(&self.tables.connections, &wanted, true).await?;
        let live = rows.iter().filter(|row| subscriber(row, now).is_some());
        Ok(live
            .filter_map(|row| keys::parse_subscriptions_pk(text_of(row, keys::PK)?))
            .collect())
    }

    pub(super) async fn query_subscriptions(
        &self,
        app: &AppId,
        room: RoomNumber,
        part: Part<'_>,
    ) -> Result<Vec<Item>, StoreError> {
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            let page = self.page_of_subscriptions(app, room, part, after, None).await?;
            rows.extend(page.rows);
            after = page.next;
            if after.is_none() {
                return Ok(rows);
            }
        }
    }

    async fn page_of_subscriptions(
        &self,
        app: &AppId,
        room: RoomNumber,
        part: Part<'_>,
        after: Option<Item>,
        limit: Option<usize>,
    ) -> Result<Rows, StoreError> {
        let query = self
            .rows(&self.tables.connections, keys::subscriptions_pk(app, room), part)
            .consistent_read(true)
            .set_exclusive_start_key(after);
        Rows::read(query, limit).await
    }
}
