//! What the connections of a room are to hear of together: who has read on, who has it, who types. One row gathers it for some
//! seconds, and is taken away by who tells it. It names the users alone, which keeps it short; how far they are, their own rows say.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId, limits};

use crate::error::{StoreError, classify};
use crate::row::{Item, key_item, names, number, number_of, text};
use crate::{Store, keys};

/// When the row was begun, in milliseconds since the epoch.
const SINCE: &str = "since";
/// What is older, nobody will tell any more: who was to do it never came.
const LOST_SECONDS: i64 = 2 * limits::AGGREGATE_SECONDS;
/// The row goes by itself after this time.
const KEPT_SECONDS: i64 = 60;

/// What a user reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// To have read on.
    Read,
    /// To have the log further than before.
    Delivered,
    /// To be typing.
    Typing,
    /// To be typing no more.
    Stopped,
}

/// What became of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It is the first one: whoever noted it sees to it that the room is told.
    Opened,
    /// It is told with those before it.
    Added,
    /// So many users sent the same that this one is not told of.
    Full,
}

/// What a room is to hear of, each user once in each list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aggregate {
    /// Who has read on.
    pub read: BTreeSet<UserId>,
    /// Who has the log further than before.
    pub delivered: BTreeSet<UserId>,
    /// Who is typing.
    pub typing: BTreeSet<UserId>,
    /// Who has stopped typing.
    pub stopped: BTreeSet<UserId>,
}

impl Signal {
    /// The attribute that lists who sent it.
    const fn list(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Delivered => "delivered",
            Self::Typing => "typing",
            Self::Stopped => "stopped",
        }
    }

    /// The signal that it takes back.
    const fn opposite(self) -> Option<Self> {
        match self {
            Self::Typing => Some(Self::Stopped),
            Self::Stopped => Some(Self::Typing),
            Self::Read | Self::Delivered => None,
        }
    }

    /// Joins a row that somebody will tell, or begins one; and the condition for that.
    fn joins(self) -> (String, String) {
        let list = self.list();
        let taken_back = self
            .opposite()
            .map(|other| format!(" DELETE #{} :users", other.list()))
            .unwrap_or_default();
        (
            format!("SET #since = if_not_exists(#since, :now), x = :x ADD #{list} :users{taken_back}"),
            format!(
                "(attribute_not_exists(#since) OR #since > :lost) AND \
                 (attribute_not_exists(#{list}) OR contains(#{list}, :one) OR size(#{list}) < :most)"
            ),
        )
    }

    /// Takes over a row that nobody will tell any more; and the condition for that. Its positions are true whenever they are told,
    /// and stay; who typed then does not. A list that is full has one more user then: the row would otherwise be in the way.
    fn takes_over(self) -> (String, String) {
        let list = self.list();
        let changes = match self.opposite() {
            Some(other) => format!(", #{list} = :users REMOVE #{}", other.list()),
            None => format!(" REMOVE #typing, #stopped ADD #{list} :users"),
        };
        (
            format!("SET #since = :now, x = :x{changes}"),
            "#since <= :lost".to_owned(),
        )
    }
}

impl Aggregate {
    fn of(row: &Item) -> Self {
        let users = |signal: Signal| {
            let listed = row.get(signal.list()).and_then(|list| list.as_ss().ok());
            let users = listed.into_iter().flatten();
            users.filter_map(|user| keys::parse_short_user(user)).collect()
        };
        Self {
            read: users(Signal::Read),
            delivered: users(Signal::Delivered),
            typing: users(Signal::Typing),
            stopped: users(Signal::Stopped),
        }
    }

    /// All who are in it, each once; at most [`limits::AGGREGATED_CONNECTIONS`].
    #[must_use]
    pub fn users(&self) -> Vec<UserId> {
        let lists = [&self.read, &self.delivered, &self.typing, &self.stopped];
        let all: BTreeSet<UserId> = lists.into_iter().flatten().copied().collect();
        all.into_iter().take(limits::AGGREGATED_CONNECTIONS).collect()
    }
}

impl Store {
    /// Notes what a user reports, to be told to the room together with what others do. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note(
        &self,
        app: &AppId,
        room: RoomNumber,
        (user, signal): (UserId, Signal),
        now: Timestamp,
    ) -> Result<Noted, StoreError> {
        let lost = now.plus_seconds(-LOST_SECONDS).millis();
        // Again, if another has taken the row over meanwhile.
        for _ in 0..2 {
            match self.note_if(app, room, user, signal.joins(), now).await? {
                Ok(since) if since == now.millis() => return Ok(Noted::Opened),
                Ok(_) => return Ok(Noted::Added),
                Err(Some(since)) if since > lost => return Ok(Noted::Full),
                Err(_) => {}
            }
            if self.note_if(app, room, user, signal.takes_over(), now).await?.is_ok() {
                return Ok(Noted::Opened);
            }
        }
        Ok(Noted::Full)
    }

    /// When the row was begun; if the condition does not hold, `Err` with the same of the row that is there.
    async fn note_if(
        &self,
        app: &AppId,
        room: RoomNumber,
        user: UserId,
        (expression, condition): (String, String),
        now: Timestamp,
    ) -> Result<Result<i64, Option<i64>>, StoreError> {
        let short = keys::short_user(user);
        let values = [
            (":now", number(now.millis())),
            (":x", number(now.plus_seconds(KEPT_SECONDS).seconds())),
            (":lost", number(now.plus_seconds(-LOST_SECONDS).millis())),
            (":users", AttributeValue::Ss(vec![short.clone()])),
            (":one", text(short)),
            (":most", number(limits::AGGREGATED_CONNECTIONS)),
        ];
        // A value that no expression names is an error.
        let used = values.into_iter().filter(|(name, _)| {
            let named = |text: &str| text.contains(name);
            named(&expression) || named(&condition)
        });
        let used: HashMap<String, AttributeValue> = used.map(|(name, value)| (name.to_owned(), value)).collect();
        let updated = self
            .client
            .update_item()
            .table_name(&self.tables.connections)
            .set_key(Some(key_item(&keys::aggregate(app, room))))
            .set_expression_attribute_names(names(&format!("{expression} {condition}")))
            .set_expression_attribute_values(Some(used))
            .update_expression(expression)
            .condition_expression(condition)
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let since = |row: &Item| number_of(row, SINCE);
        let error = match updated {
            Ok(answer) => {
                let since = answer.attributes.as_ref().and_then(since);
                return since.map(Ok).ok_or_else(|| StoreError::Damaged("since".to_owned()));
            }
            Err(error) => error,
        };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(there)) => Ok(Err(there.item().and_then(since))),
            _ => Err(classify(error)),
        }
    }

    /// Takes out what a room is to hear of; `None`: it was taken already. Who typed so long ago that they may have stopped since
    /// is left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn take_aggregate(
        &self,
        app: &AppId,
        room: RoomNumber,
        now: Timestamp,
    ) -> Result<Option<Aggregate>, StoreError> {
        let taken = self
            .client
            .delete_item()
            .table_name(&self.tables.connections)
            .set_key(Some(key_item(&keys::aggregate(app, room))))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(classify)?;
        let Some(row) = taken.attributes else { return Ok(None) };
        let mut aggregate = Aggregate::of(&row);
        if number_of(&row, SINCE).is_none_or(|since| since <= now.plus_seconds(-LOST_SECONDS).millis()) {
            aggregate.typing.clear();
            aggregate.stopped.clear();
        }
        Ok(Some(aggregate))
    }
}
