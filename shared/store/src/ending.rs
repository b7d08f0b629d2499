//! The end of a connection. First its row is marked and its subscriptions go; the row itself stays for the grace period, so that
//! whoever comes back meanwhile is known not to have been away, and goes when the others are told.
//!
//! A marked row keeps its place among the leases: what a crash leaves of it is found by `sweep`.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use parlour_domain::presence::Lease;
use parlour_domain::{AppId, ConnectionId, RoomNumber, Timestamp, UserId, limits};

use crate::connection::{Connection, LEASE};
use crate::error::{StoreError, classify, met};
use crate::query::Rows;
use crate::row::{Item, key_item, number, number_of, read};
use crate::{Store, keys};

/// When the connection ended, in milliseconds since the epoch.
const ENDED: &str = "ended";
/// The lease that it had until then.
const LEASED: &str = "leased";
/// Whether it watches users.
const WATCHING: &str = "watching";

/// A connection of a user, open or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Its row.
    pub connection: Connection,
    /// Until when it counts.
    pub lease: Lease,
    /// Whether it watches users.
    pub watching: bool,
}

impl Trace {
    /// Whether it had joined this room.
    #[must_use]
    pub fn joined(&self, room: RoomNumber) -> bool {
        self.connection.rooms().any(|joined| joined == room)
    }

    /// Whether it was there before another one of the same user: the order in which they count as the first.
    #[must_use]
    pub fn is_before(&self, other: &Connection) -> bool {
        let (one, other) = (&self.connection, other);
        (one.connected_at, one.id.as_str()) < (other.connected_at, other.id.as_str())
    }
}

fn trace(row: Item) -> Result<Trace, StoreError> {
    let ended = number_of(&row, ENDED).map(Timestamp::from_millis);
    let until = number_of(&row, LEASED).or_else(|| number_of(&row, LEASE));
    let watching = row.contains_key(WATCHING);
    Ok(Trace {
        connection: read(row)?,
        lease: Lease {
            until: Timestamp::from_millis(0).plus_seconds(until.unwrap_or_default()),
            ended,
        },
        watching,
    })
}

impl Store {
    /// Ends a connection: from here on it is absent, and so are its subscriptions. `false`: it had ended already, or there is none.
    /// Repeatable: what a crash left of its subscriptions goes too.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_connection(
        &self,
        app: &AppId,
        user: UserId,
        id: &ConnectionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let marked = self
            .client
            .update_item()
            .table_name(&self.tables.connections)
            .set_key(Some(key_item(&keys::connection(app, user, id))))
            .update_expression("SET ended = :ended, leased = lease, lease = :none")
            .condition_expression("attribute_exists(pk) AND attribute_not_exists(ended)")
            .expression_attribute_values(":ended", number(now.millis()))
            .expression_attribute_values(":none", number(0))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let (row, ended_now) = match marked {
            Ok(answer) => (answer.attributes, true),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => (failed.item.clone(), false),
                _ => return Err(classify(error)),
            },
        };
        let Some(row) = row else { return Ok(false) };
        let connection: Connection = read(row)?;
        let doomed: Vec<_> = connection
            .rooms()
            .map(|room| keys::subscription(app, room, user, id))
            .collect();
        self.delete_many(&self.tables.connections, &doomed).await?;
        Ok(ended_now)
    }

    /// A connection that has ended and was not removed yet, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ended_connection(
        &self,
        app: &AppId,
        user: UserId,
        id: &ConnectionId,
    ) -> Result<Option<Trace>, StoreError> {
        let key = keys::connection(app, user, id);
        let row = self.get(&self.tables.connections, &key, true).await?;
        let found = row.map(trace).transpose()?;
        Ok(found.filter(|found| found.lease.ended.is_some()))
    }

    /// Removes a connection that has ended. `false`: someone else did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_ended(&self, app: &AppId, user: UserId, ended: &Trace) -> Result<bool, StoreError> {
        let id = &ended.connection.id;
        let removed = self
            .client
            .delete_item()
            .table_name(&self.tables.connections)
            .set_key(Some(key_item(&keys::connection(app, user, id))))
            .condition_expression("attribute_exists(ended)")
            .send()
            .await;
        Ok(met(removed)?.is_some())
    }

    /// The connections of a user that are known of, live or not: at most [`limits::CONNECTIONS_COUNTED`], in one read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn traces_of(&self, app: &AppId, user: UserId, consistent: bool) -> Result<Vec<Trace>, StoreError> {
        let query = self.connection_rows(app, user).consistent_read(consistent);
        let page = Rows::read(query, Some(limits::CONNECTIONS_COUNTED)).await?;
        page.rows.into_iter().map(trace).collect()
    }

    /// Notes that a live connection watches users. `false`: there is no such connection.
    pub(crate) async fn note_watching(
        &self,
        app: &AppId,
        user: UserId,
        id: &ConnectionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.update_if(
            &self.tables.connections,
            &keys::connection(app, user, id),
            "SET watching = :yes",
            "attribute_exists(pk) AND lease >= :now",
            [(":yes", AttributeValue::Bool(true)), (":now", number(now.seconds()))],
        )
        .await
    }
}
