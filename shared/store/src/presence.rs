//! When users were last seen, who watches whom, and who is in a room.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use parlour_domain::{AppId, ConnectionId, RoomNumber, Timestamp, UserId, limits};

use crate::error::{StoreError, classify};
use crate::query::{Part, Rows};
use crate::row::{Item, KIND, key_item, number, number_of, text, text_of};
use crate::subscription::{DIALECT, ENDPOINT, Subscriber, dialect_of, subscriber};
use crate::{Store, keys};

/// When the user was last seen, in milliseconds since the epoch.
const SEEN: &str = "seen";
/// The users that a connection watches.
const USERS: &str = "users";

/// Users in a room, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterPage {
    /// Who is there.
    pub users: Vec<UserId>,
    /// Where the next page goes on, if there is one.
    pub next: Option<UserId>,
}

impl Store {
    /// Writes down when a user was last seen, unless it is known that they were seen later.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn saw(&self, app: &AppId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.update_if(
            &self.tables.chat,
            &keys::seen(app, user),
            "SET seen = :at, t = :kind",
            "attribute_not_exists(pk) OR seen < :at",
            [(":at", number(at.millis())), (":kind", text("seen"))],
        )
        .await?;
        Ok(())
    }

    /// When these users, at most 100, were last seen; those of whom nothing is written down are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last_seen(&self, app: &AppId, users: &[UserId]) -> Result<HashMap<UserId, Timestamp>, StoreError> {
        let wanted: Vec<_> = users.iter().map(|user| keys::seen(app, *user)).collect();
        let rows = self.get_many(&self.tables.chat, &wanted, false).await?;
        let seen = |row: &Item| {
            let user = keys::parse_user_pk(text_of(row, keys::PK)?)?;
            Some((user, Timestamp::from_millis(number_of(row, SEEN)?)))
        };
        Ok(rows.iter().filter_map(seen).collect())
    }

    /// Has a connection watch these users, at most [`limits::PRESENCE_USERS`], and no others. `false`: there is no such connection.
    ///
    /// The list is written first: what a crash leaves behind ends with `expires`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn watch(
        &self,
        app: &AppId,
        who: &Subscriber,
        users: &[UserId],
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Subscriber { user, connection, .. } = who;
        if !self.note_watching(app, *user, connection, now).await? {
            return Ok(false);
        }
        let before = self.list_watched(app, who, users, expires).await?;
        let ended: Vec<_> = before
            .iter()
            .filter(|watched| !users.contains(watched))
            .map(|watched| keys::watcher(app, *watched, *user, connection))
            .collect();
        self.delete_many(&self.tables.connections, &ended).await?;
        let rows = users.iter().map(|watched| {
            let mut row = key_item(&keys::watcher(app, *watched, *user, connection));
            row.insert(keys::TTL.to_owned(), number(expires.seconds()));
            if let Some(endpoint) = &who.endpoint {
                row.insert(ENDPOINT.to_owned(), text(endpoint));
            }
            if let Some(dialect) = who.dialect {
                row.insert(DIALECT.to_owned(), text(dialect.letter()));
            }
            row
        });
        self.put_many(&self.tables.connections, rows.collect()).await?;
        Ok(true)
    }

    /// Writes the list of the watched users, and answers with the one before.
    async fn list_watched(
        &self,
        app: &AppId,
        who: &Subscriber,
        users: &[UserId],
        expires: Timestamp,
    ) -> Result<Vec<UserId>, StoreError> {
        let mut row = key_item(&keys::watching(app, who.user, &who.connection));
        row.insert(keys::TTL.to_owned(), number(expires.seconds()));
        row.insert(KIND.to_owned(), text("watching"));
        let ids = users.iter().map(|user| text(user.to_string())).collect();
        row.insert(USERS.to_owned(), AttributeValue::L(ids));
        let answer = self
            .client
            .put_item()
            .table_name(&self.tables.connections)
            .set_item(Some(row))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(classify)?;
        Ok(watched(answer.attributes.as_ref()))
    }

    /// Ends all that a connection watches.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unwatch(&self, app: &AppId, user: UserId, connection: &ConnectionId) -> Result<(), StoreError> {
        let key = keys::watching(app, user, connection);
        let row = self.get(&self.tables.connections, &key, true).await?;
        let mut doomed: Vec<_> = watched(row.as_ref())
            .into_iter()
            .map(|watched| keys::watcher(app, watched, user, connection))
            .collect();
        // The list goes last: as long as it is there, a repeat finds the rest.
        doomed.push(key);
        self.delete_many(&self.tables.connections, &doomed).await
    }

    /// The connections that watch a user, at most [`limits::WATCHERS_TOLD`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn watchers(&self, app: &AppId, user: UserId, now: Timestamp) -> Result<Vec<Subscriber>, StoreError> {
        let watchers = Part::Begins(keys::WATCHER_PREFIX);
        let query = self.rows(&self.tables.connections, keys::connections_pk(app, user), watchers);
        let page = Rows::read(query.consistent_read(true), Some(limits::WATCHERS_TOLD)).await?;
        let live = |row: &Item| {
            let (user, connection) = keys::parse_watcher(text_of(row, keys::SK)?)?;
            (number_of(row, keys::TTL)? > now.seconds()).then(|| Subscriber {
                user,
                connection,
                endpoint: text_of(row, ENDPOINT).map(str::to_owned),
                dialect: dialect_of(row),
            })
        };
        Ok(page.rows.iter().filter_map(live).collect())
    }

    /// A page of the users who are connected to a room, in a fixed order, each once however many connections they have.
    /// One query; a page may be short.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn roster(
        &self,
        app: &AppId,
        room: RoomNumber,
        after: Option<UserId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<RosterPage, StoreError> {
        let after = after.map(keys::after_subscriber);
        let part = Part::after(after.as_deref());
        let query = self.rows(&self.tables.connections, keys::subscriptions_pk(app, room), part);
        // Most users have one or two connections.
        let page = Rows::read(query, Some(2 * limit)).await?;
        let mut roster = RosterPage::default();
        let mut last = None;
        for row in &page.rows {
            let Some((user, _)) = text_of(row, keys::SK).and_then(keys::parse_subscription) else {
                continue;
            };
            if roster.users.len() == limit && last != Some(user) {
                roster.next = last;
                return Ok(roster);
            }
            last = Some(user);
            if subscriber(row, now).is_some() && roster.users.last() != Some(&user) {
                roster.users.push(user);
            }
        }
        roster.next = page.next.and(last);
        Ok(roster)
    }
}

/// The users in the row of a list.
fn watched(row: Option<&Item>) -> Vec<UserId> {
    let ids = row.and_then(|row| row.get(USERS)?.as_l().ok());
    let user = |id: &AttributeValue| UserId::parse(id.as_s().ok()?).ok();
    ids.map(|ids| ids.iter().filter_map(user).collect()).unwrap_or_default()
}
