//! Subscriptions: which connections hear of a room. A fan-out reads many of these rows, so they are short.

mod order;
mod read;

use aws_sdk_dynamodb::types::AttributeValue;
use parlour_domain::dialect::Service;
use parlour_domain::{AppId, ConnectionId, RoomNumber, Timestamp, UserId, limits};

use crate::error::StoreError;
use crate::keys::Key;
use crate::query::Part;
use crate::row::{Item, number, number_of, text, text_of};
use crate::transact::{Cancelled, check, put_or_update, update};
use crate::{Store, keys};

pub use read::Present;

/// A connection that hears of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub connection: ConnectionId,
    /// The management endpoint, where it is not the default one.
    pub endpoint: Option<String>,
    /// The service whose protocol it speaks; none: Parlour's own.
    pub dialect: Option<Service>,
}

/// What became of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subscribed {
    /// The connection hears of the room from here on.
    Done,
    /// The user is no active member.
    NotAMember,
    /// The connection has no row (any more), or has joined its limit of rooms.
    NoConnection,
    /// Someone else is changing the same rows; safe to try again.
    Busy,
}

/// Until when a connection hears of a room, and which place the room has among its rooms, where that matters.
type Lease = (Timestamp, Option<u64>);

/// Rooms of one transaction: two actions each and one for all, of at most 100.
const ROOMS_PER_TRANSACTION: usize = 49;

/// The connection has a row, and has not ended.
const OPEN: &str = "attribute_exists(pk) AND attribute_not_exists(ended)";

/// Management endpoint of a connection in its subscriptions.
pub(crate) const ENDPOINT: &str = "e";
/// The letter of the service whose protocol a connection speaks, in its subscriptions.
pub(crate) const DIALECT: &str = "d";

/// The service whose protocol is spoken.
pub(crate) fn dialect_of(row: &Item) -> Option<Service> {
    Service::of_letter(text_of(row, DIALECT)?)
}

pub(crate) fn subscriber(row: &Item, now: Timestamp) -> Option<Subscriber> {
    if number_of(row, keys::TTL)? <= now.seconds() {
        return None;
    }
    let (user, connection) = keys::parse_subscription(text_of(row, keys::SK)?)?;
    Some(Subscriber {
        user,
        connection,
        endpoint: text_of(row, ENDPOINT).map(str::to_owned),
        dialect: dialect_of(row),
    })
}

impl Store {
    /// Subscribes a connection to a room, if its user is an active member: one transaction with that check, so that a removal
    /// under way leaves no subscription behind.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn subscribe(
        &self,
        app: &AppId,
        room: RoomNumber,
        subscriber: &Subscriber,
        expires: Timestamp,
    ) -> Result<Subscribed, StoreError> {
        self.subscribe_one(app, room, subscriber, (expires, None)).await
    }

    async fn subscribe_one(
        &self,
        app: &AppId,
        room: RoomNumber,
        subscriber: &Subscriber,
        lease: Lease,
    ) -> Result<Subscribed, StoreError> {
        match self.subscribe_all(app, &[room], subscriber, lease).await? {
            Ok(()) => Ok(Subscribed::Done),
            Err(Cancelled::Condition { index: 0, .. }) => Ok(Subscribed::NotAMember),
            Err(Cancelled::Condition { .. }) => Ok(Subscribed::NoConnection),
            Err(Cancelled::Conflict) => Ok(Subscribed::Busy),
        }
    }

    /// Subscribes a connection to several rooms, in as few transactions as hold them, and says of which its user is no active
    /// member; the others are subscribed unless the answer is another than `Done`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn subscribe_many(
        &self,
        app: &AppId,
        rooms: &[RoomNumber],
        subscriber: &Subscriber,
        expires: Timestamp,
    ) -> Result<(Subscribed, Vec<RoomNumber>), StoreError> {
        let mut refused = Vec::new();
        for chunk in rooms.chunks(ROOMS_PER_TRANSACTION) {
            let mut rooms = chunk.to_vec();
            while !rooms.is_empty() {
                match self.subscribe_all(app, &rooms, subscriber, (expires, None)).await? {
                    Ok(()) => break,
                    Err(Cancelled::Condition { index, .. }) if index < rooms.len() => refused.push(rooms.remove(index)),
                    Err(Cancelled::Condition { .. }) => return Ok((Subscribed::NoConnection, refused)),
                    Err(Cancelled::Conflict) => return Ok((Subscribed::Busy, refused)),
                }
            }
        }
        Ok((Subscribed::Done, refused))
    }

    /// One transaction: a check of each membership, then the subscriptions, then the connection's list.
    async fn subscribe_all(
        &self,
        app: &AppId,
        rooms: &[RoomNumber],
        subscriber: &Subscriber,
        (expires, place): Lease,
    ) -> Result<Result<(), Cancelled>, StoreError> {
        let mut actions = Vec::with_capacity(2 * rooms.len() + 1);
        for room in rooms {
            actions.push(check(
                &self.tables.chat,
                &keys::member(app, *room, subscriber.user),
                "standing = :active",
                [(":active", text("active"))],
            )?);
        }
        for room in rooms {
            let key = keys::subscription(app, *room, subscriber.user, &subscriber.connection);
            let mut values = vec![(":x", number(expires.seconds())), (":one", number(1))];
            let mut set = "SET x = :x".to_owned();
            let letter = subscriber.dialect.map(Service::letter);
            for (assign, name, given) in [
                (", e = :e", ":e", subscriber.endpoint.as_deref()),
                (", d = :d", ":d", letter),
            ] {
                if let Some(given) = given {
                    set.push_str(assign);
                    values.push((name, text(given)));
                }
            }
            if let Some(place) = place {
                set.push_str(", o = if_not_exists(o, :o)");
                values.push((":o", number(place)));
            }
            let expression = format!("{set} ADD n :one");
            actions.push(put_or_update(&self.tables.connections, &key, &expression, values)?);
        }
        actions.push(self.list(app, rooms, subscriber)?);
        self.transact(actions).await
    }

    /// Adds rooms to the list of a connection, which has at most so many. Rooms that are listed already take no place; one alone
    /// is looked for, several are counted as new, because a condition cannot tell.
    fn list(
        &self,
        app: &AppId,
        rooms: &[RoomNumber],
        subscriber: &Subscriber,
    ) -> Result<aws_sdk_dynamodb::types::TransactWriteItem, StoreError> {
        let numbers: Vec<String> = rooms.iter().map(|room| room.get().to_string()).collect();
        let key = keys::connection(app, subscriber.user, &subscriber.connection);
        let added = (":rooms", AttributeValue::Ns(numbers));
        let left = limits::ROOMS_PER_CONNECTION.saturating_sub(rooms.len());
        let most = (":most", number(left));
        let room_for_all = format!("{OPEN} AND (attribute_not_exists(rooms) OR size(rooms) <= :most)");
        match rooms {
            [room] => update(
                &self.tables.connections,
                &key,
                "ADD rooms :rooms",
                &format!("{OPEN} AND (attribute_not_exists(rooms) OR contains(rooms, :room) OR size(rooms) <= :most)"),
                [added, most, (":room", number(room.get()))],
            ),
            _ => update(
                &self.tables.connections,
                &key,
                "ADD rooms :rooms",
                &room_for_all,
                [added, most],
            ),
        }
    }

    /// Ends a subscription. Ending none is no error.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unsubscribe(
        &self,
        app: &AppId,
        room: RoomNumber,
        user: UserId,
        connection: &ConnectionId,
    ) -> Result<(), StoreError> {
        self.delete_many(
            &self.tables.connections,
            &[keys::subscription(app, room, user, connection)],
        )
        .await?;
        self.update_existing(
            &self.tables.connections,
            &keys::connection(app, user, connection),
            "DELETE rooms :room",
            [(":room", AttributeValue::Ns(vec![room.get().to_string()]))],
        )
        .await?;
        Ok(())
    }

    /// Moves the end of a connection's subscriptions: after a `reauth`. Those that are gone stay gone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn extend_subscriptions(
        &self,
        app: &AppId,
        user: UserId,
        connection: &ConnectionId,
        rooms: &[RoomNumber],
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        let keys = rooms
            .iter()
            .map(|room| keys::subscription(app, *room, user, connection));
        let updates = keys.map(|key| async move {
            self.update_existing(
                &self.tables.connections,
                &key,
                "SET x = :x",
                [(":x", number(expires.seconds()))],
            )
            .await
        });
        for updated in futures_util::future::join_all(updates).await {
            updated?;
        }
        Ok(())
    }

    /// Ends a connection that its manager says is gone, and this subscription, if it was told as one. A connection younger than
    /// `before` stays: it may only be about to open. `true`: it had not ended before, so there is someone to tell.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_connection(
        &self,
        app: &AppId,
        room: impl Into<Option<RoomNumber>> + Send,
        user: UserId,
        connection: &ConnectionId,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let room = room.into();
        if self
            .connection(app, user, connection, now)
            .await?
            .is_some_and(|row| row.connected_at > before)
        {
            return Ok(false);
        }
        let ended = self.end_connection(app, user, connection, now).await?;
        let Some(room) = room else { return Ok(ended) };
        // The row may have been gone already, and this subscription left over.
        self.delete_many(
            &self.tables.connections,
            &[keys::subscription(app, room, user, connection)],
        )
        .await?;
        Ok(ended)
    }

    pub(crate) async fn delete_subscriptions_of_user(
        &self,
        app: &AppId,
        room: RoomNumber,
        user: UserId,
    ) -> Result<(), StoreError> {
        let prefix = keys::subscriber_prefix(user);
        let rows = self.query_subscriptions(app, room, Part::Begins(&prefix)).await?;
        self.delete_rows(&rows).await
    }

    /// Deletes all subscriptions of a room.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_subscriptions_of_room(&self, app: &AppId, room: RoomNumber) -> Result<(), StoreError> {
        let rows = self.query_subscriptions(app, room, Part::All).await?;
        self.delete_rows(&rows).await
    }

    async fn delete_rows(&self, rows: &[Item]) -> Result<(), StoreError> {
        let doomed: Vec<Key> = rows.iter().filter_map(Key::of).collect();
        self.delete_many(&self.tables.connections, &doomed).await
    }
}
