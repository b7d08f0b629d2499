//! Connections as leases: a row that lives 11 minutes and is renewed by `ping` alone. Expired means absent.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use parlour_domain::dialect::Service;
use parlour_domain::{AppId, ConnectionId, RoomNumber, Timestamp, UserId, limits};
use serde::{Deserialize, Serialize};

use crate::error::{StoreError, classify, met};
use crate::query::{Part, Rows};
use crate::row::{Item, item, key_item, number, read, text, text_of};
use crate::subscription::Subscriber;
use crate::{Store, keys};

/// A WebSocket connection of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Since when.
    pub connected_at: Timestamp,
    /// When its token ends; `reauth` moves it.
    pub token_expires: Timestamp,
    /// The management endpoint, where it is not the default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The service whose protocol it speaks; none: Parlour's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Service>,
    /// The numbers of the rooms it has joined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<u64>,
}

impl Connection {
    /// The rooms it has joined.
    pub fn rooms(&self) -> impl Iterator<Item = RoomNumber> + '_ {
        self.rooms.iter().copied().filter_map(RoomNumber::new)
    }
}

/// When a connection's lease ends, in seconds since the epoch.
pub(crate) const LEASE: &str = "lease";
/// The table's own deletion comes so much later than `sweep`, in seconds: it would leave the subscriptions, which only the
/// connection's row names.
const SWEPT_BEFORE: i64 = 3_600;

fn lease_attributes(id: &ConnectionId, now: Timestamp) -> [(String, AttributeValue); 3] {
    let expires = now.plus_seconds(limits::CONNECTION_LEASE_SECONDS);
    [
        (
            keys::TTL.to_owned(),
            number(expires.plus_seconds(SWEPT_BEFORE).seconds()),
        ),
        (LEASE.to_owned(), number(expires.seconds())),
        (keys::INDEX_SK.to_owned(), text(keys::lease(expires, id))),
    ]
}

fn connection_of(row: Item) -> Result<Connection, StoreError> {
    read(row)
}

impl Store {
    /// Keeps a new connection.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_connection(
        &self,
        app: &AppId,
        user: UserId,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut row = item(&keys::connection(app, user, &connection.id), "connection", connection)?;
        row.extend(lease_attributes(&connection.id, now));
        let pinged = connection.dialect.is_some_and(Service::speaks_socket_io);
        let part = keys::lease_pk(&connection.id, pinged);
        row.insert(keys::INDEX_PK.to_owned(), text(part));
        self.client
            .put_item()
            .table_name(&self.tables.connections)
            .set_item(Some(row))
            .send()
            .await
            .map_err(classify)?;
        Ok(())
    }

    /// A live connection's row, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn connection(
        &self,
        app: &AppId,
        user: UserId,
        id: &ConnectionId,
        now: Timestamp,
    ) -> Result<Option<Connection>, StoreError> {
        let row = self
            .get(&self.tables.connections, &keys::connection(app, user, id), true)
            .await?;
        let live = row.filter(|row| crate::row::number_of(row, LEASE).is_some_and(|expires| expires >= now.seconds()));
        live.map(connection_of).transpose()
    }

    /// Renews a connection's lease, and its token's end if `token_expires` is given. `None`: there is no such connection.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn renew_connection(
        &self,
        app: &AppId,
        user: UserId,
        id: &ConnectionId,
        now: Timestamp,
        token_expires: Option<Timestamp>,
    ) -> Result<Option<Connection>, StoreError> {
        let [(_, gone), (_, lease), (_, place)] = lease_attributes(id, now);
        let mut update = self
            .client
            .update_item()
            .table_name(&self.tables.connections)
            .set_key(Some(key_item(&keys::connection(app, user, id))))
            .condition_expression("attribute_exists(pk) AND lease >= :now")
            .expression_attribute_values(":now", number(now.seconds()))
            .expression_attribute_values(":x", gone)
            .expression_attribute_values(":lease", lease)
            .expression_attribute_values(":iv", place)
            .return_values(ReturnValue::AllNew);
        update = match token_expires {
            Some(until) => update
                .update_expression("SET x = :x, lease = :lease, iv = :iv, token_expires = :until")
                .expression_attribute_values(":until", number(until.millis())),
            None => update.update_expression("SET x = :x, lease = :lease, iv = :iv"),
        };
        let renewed = met(update.send().await)?;
        renewed
            .and_then(|answer| answer.attributes)
            .map(connection_of)
            .transpose()
    }

    /// The live connections of a user, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn connections_of(
        &self,
        app: &AppId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Connection>, StoreError> {
        self.find_connections(app, user, now, "lease >= :now").await
    }

    /// The same, and those that have ended and were not removed yet: what had to go with them may still be there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn connections_to_end(
        &self,
        app: &AppId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Connection>, StoreError> {
        self.find_connections(app, user, now, "lease >= :now OR attribute_exists(ended)")
            .await
    }

    /// A query of the rows of a user's connections.
    pub(crate) fn connection_rows(&self, app: &AppId, user: UserId) -> QueryFluentBuilder {
        let connections = Part::Begins(keys::CONNECTION_PREFIX);
        self.rows(&self.tables.connections, keys::connections_pk(app, user), connections)
    }

    async fn find_connections(
        &self,
        app: &AppId,
        user: UserId,
        now: Timestamp,
        which: &str,
    ) -> Result<Vec<Connection>, StoreError> {
        let mut connections = Vec::new();
        let mut after = None;
        loop {
            let query = self
                .connection_rows(app, user)
                .filter_expression(which)
                .expression_attribute_values(":now", number(now.seconds()))
                .consistent_read(true)
                .set_exclusive_start_key(after);
            let page = Rows::read(query, None).await?;
            for row in page.rows {
                connections.push(connection_of(row)?);
            }
            after = page.next;
            if after.is_none() {
                return Ok(connections);
            }
        }
    }

    /// The live connections of a user whose tokens hold, to tell them something: at most `most`, in one read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn connections_to_tell(
        &self,
        app: &AppId,
        user: UserId,
        most: usize,
        now: Timestamp,
        consistent: bool,
    ) -> Result<Vec<Subscriber>, StoreError> {
        let query = self
            .connection_rows(app, user)
            .filter_expression("lease >= :now AND token_expires > :until")
            .expression_attribute_values(":now", number(now.seconds()))
            .expression_attribute_values(":until", number(now.millis()))
            .consistent_read(consistent);
        // Twice as many, because some may have expired; `sweep` takes those away within minutes.
        let page = Rows::read(query, Some(2 * most)).await?;
        let mut told = Vec::new();
        for row in page.rows.into_iter().take(most) {
            let connection = connection_of(row)?;
            told.push(Subscriber {
                user,
                connection: connection.id,
                endpoint: connection.endpoint,
                dialect: connection.dialect,
            });
        }
        Ok(told)
    }

    /// Connections of one part of the lease index whose lease has ended, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn expired_leases(
        &self,
        shard: u64,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(AppId, UserId, ConnectionId)>, StoreError> {
        self.leases_in(shard, Part::Before(&keys::lease_before(now)), limit)
            .await
    }

    /// Connections of one part of the lease index whose lease ends between these times, at most `limit`, the earliest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn leases_ending(
        &self,
        shard: u64,
        (from, until): (Timestamp, Timestamp),
        limit: usize,
    ) -> Result<Vec<(AppId, UserId, ConnectionId)>, StoreError> {
        let (from, until) = (keys::lease_before(from), keys::lease_before(until));
        self.leases_in(shard, Part::Between(&from, &until), limit).await
    }

    async fn leases_in(
        &self,
        shard: u64,
        part: Part<'_>,
        limit: usize,
    ) -> Result<Vec<(AppId, UserId, ConnectionId)>, StoreError> {
        let page = Rows::read(self.leases(keys::lease_shard(shard), part), Some(limit)).await?;
        Ok(page
            .rows
            .iter()
            .filter_map(|row| keys::parse_connection(text_of(row, keys::PK)?, text_of(row, keys::SK)?))
            .collect())
    }
}
