//! The order in which a connection has joined its rooms, for protocols in which the first one counts. The list in the connection's row
//! is a set, so the subscriptions say it themselves.

use parlour_domain::{AppId, ConnectionId, RoomNumber, Timestamp, UserId};

use super::{Subscribed, Subscriber, subscriber};
use crate::error::StoreError;
use crate::row::{Item, number_of, text_of};
use crate::{Store, keys};

/// The place of a room among those that its connection has joined; not there: the first.
const ORDER: &str = "o";

impl Store {
    /// [`Store::subscribe`], as the room of this place among those of the connection. One that is joined already keeps its place.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn subscribe_in_order(
        &self,
        app: &AppId,
        room: RoomNumber,
        subscriber: &Subscriber,
        expires: Timestamp,
        place: u64,
    ) -> Result<Subscribed, StoreError> {
        let place = Some(place).filter(|place| *place > 0);
        self.subscribe_one(app, room, subscriber, (expires, place)).await
    }

    /// Those of these rooms of which a connection still hears, with their places, the first one first. Read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn in_order(
        &self,
        app: &AppId,
        (user, connection): (UserId, &ConnectionId),
        rooms: &[RoomNumber],
        now: Timestamp,
    ) -> Result<Vec<(u64, RoomNumber)>, StoreError> {
        let wanted: Vec<_> = rooms
            .iter()
            .map(|room| keys::subscription(app, *room, user, connection))
            .collect();
        let rows = self.get_many(&self.tables.connections, &wanted, true).await?;
        let placed = |row: &Item| {
            subscriber(row, now)?;
            let place = number_of(row, ORDER).and_then(|place| u64::try_from(place).ok());
            let room = keys::parse_subscriptions_pk(text_of(row, keys::PK)?)?;
            Some((place.unwrap_or_default(), room))
        };
        let mut rooms: Vec<_> = rows.iter().filter_map(placed).collect();
        rooms.sort_unstable();
        Ok(rooms)
    }
}
