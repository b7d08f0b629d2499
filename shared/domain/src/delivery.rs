//! What a webhook is told of one event: when it is tried, how often, and what became of it.

use serde::{Deserialize, Serialize};

use crate::webhook::EventKind;
use crate::{MessageId, Timestamp, UserId, WebhookId, limits};

/// Pauses after a failed try, in seconds: about a day in all. After the last one there is no further try.
const PAUSES: [i64; 9] = [5, 30, 120, 600, 1_800, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600];
/// A pause is longer by up to this part of it, so that what failed together does not come again together.
const JITTER: u64 = 5;

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// There will be a try.
    Pending,
    /// The receiver has it.
    Delivered,
    /// There is no further try, unless somebody asks for one.
    Dead,
}

/// Why the receiver did not take it. Never what it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// It answered with a status that is no success.
    Status,
    /// No whole answer came in time.
    TimedOut,
    /// No connection could be made, or it broke.
    Unreachable,
    /// Its address may not be called.
    Forbidden,
    /// The webhook is switched off or deleted.
    Disabled,
    /// There is nothing to tell any more.
    Gone,
}

/// What one try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver answered with this status.
    Answered(u16),
    /// It did not answer.
    Failed(Failure),
}

/// A delivery's id among those of its webhook: when the event happened, and the event's own id. Text order is the order in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeliveryId {
    /// When it happened.
    pub at: Timestamp,
    /// The event: the entry's id.
    pub event: MessageId,
}

/// What is no delivery's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the id of a delivery")]
pub struct NotADeliveryId;

impl DeliveryId {
    /// Reads the text: 15 digits, a dot and a UUID.
    ///
    /// # Errors
    /// [`NotADeliveryId`].
    pub fn parse(text: &str) -> Result<Self, NotADeliveryId> {
        let (at, event) = text.split_once('.').ok_or(NotADeliveryId)?;
        if at.len() != 15 || !at.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NotADeliveryId);
        }
        Ok(Self {
            at: Timestamp::from_millis(at.parse().map_err(|_| NotADeliveryId)?),
            event: MessageId::parse(event).map_err(|_| NotADeliveryId)?,
        })
    }

    /// The id of the event that this message is unseen at this time.
    #[must_use]
    pub fn unseen(&self) -> String {
        format!("{}-{}", self.event, self.at.millis())
    }
}

impl std::fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:015}.{}", self.at.millis(), self.event)
    }
}

impl TryFrom<String> for DeliveryId {
    type Error = NotADeliveryId;
    fn try_from(text: String) -> Result<Self, NotADeliveryId> {
        Self::parse(&text)
    }
}

impl From<DeliveryId> for String {
    fn from(id: DeliveryId) -> Self {
        id.to_string()
    }
}

/// One event for one webhook. What it says is not in here: it is read from the log at every try, so that what was erased
/// meanwhile is not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// For which webhook.
    pub webhook: WebhookId,
    /// What happened.
    pub kind: EventKind,
    /// Who has not seen the message, if that is what happened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<UserId>,
    /// How far it is.
    pub status: DeliveryStatus,
    /// Tries so far, also those before it was asked for again.
    pub tries: u64,
    /// Tries since it was asked for: they decide about the next pause.
    pub round: u64,
    /// When the next try is due, while it is pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// The status of the last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<u16>,
    /// Why the last try failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// When it was last tried, put off or asked for.
    pub updated_at: Timestamp,
    /// How often it was written: the row's version.
    pub notes: u64,
}

impl Delivery {
    /// One that has not been tried yet and is due now.
    #[must_use]
    pub const fn new(id: DeliveryId, webhook: WebhookId, kind: EventKind, now: Timestamp) -> Self {
        Self {
            id,
            webhook,
            kind,
            users: Vec::new(),
            status: DeliveryStatus::Pending,
            tries: 0,
            round: 0,
            due: Some(now),
            answer: None,
            failure: None,
            updated_at: now,
            notes: 0,
        }
    }

    /// The same for members who have not seen a message.
    #[must_use]
    pub fn unseen(id: DeliveryId, webhook: WebhookId, users: Vec<UserId>, now: Timestamp) -> Self {
        Self {
            users,
            ..Self::new(id, webhook, EventKind::MessageUnseen, now)
        }
    }

    /// The event's id, the same for every webhook and at every try. That a message is unseen is another event than the message.
    #[must_use]
    pub fn event_id(&self) -> String {
        match self.kind {
            EventKind::MessageUnseen => self.id.unseen(),
            _ => self.id.event.to_string(),
        }
    }

    /// After a try. `jitter` is any random number.
    #[must_use]
    pub fn tried(&self, outcome: Outcome, now: Timestamp, jitter: u64) -> Self {
        let (answer, failure) = match outcome {
            Outcome::Answered(status @ 200..=299) => (Some(status), None),
            Outcome::Answered(status) => (Some(status), Some(Failure::Status)),
            Outcome::Failed(failure) => (None, Some(failure)),
        };
        let last = match outcome {
            // The receiver says that it wants nothing more, or nobody is there to tell.
            Outcome::Answered(410) | Outcome::Failed(Failure::Disabled | Failure::Gone) => true,
            _ => false,
        };
        let due = match failure {
            Some(_) if !last => self.pause(jitter).map(|pause| now.plus_millis(pause)),
            _ => None,
        };
        let status = match (failure, due) {
            (None, _) => DeliveryStatus::Delivered,
            (Some(_), Some(_)) => DeliveryStatus::Pending,
            (Some(_), None) => DeliveryStatus::Dead,
        };
        Self {
            status,
            tries: self.tries + 1,
            round: self.round + 1,
            due,
            answer,
            failure,
            updated_at: now,
            notes: self.notes + 1,
            ..self.clone()
        }
    }

    /// Milliseconds until the next try; none: there is no further one.
    fn pause(&self, jitter: u64) -> Option<i64> {
        let pause = usize::try_from(self.round).ok().and_then(|round| PAUSES.get(round))? * 1_000;
        let more = jitter % (pause.unsigned_abs() / JITTER).max(1);
        Some(pause.saturating_add_unsigned(more))
    }

    /// Untried, because another event for the same receiver has just failed: it is due together with that one.
    #[must_use]
    pub fn put_off(&self, until: Timestamp, now: Timestamp) -> Self {
        Self {
            due: Some(until),
            updated_at: now,
            notes: self.notes + 1,
            ..self.clone()
        }
    }

    /// Due now, whatever became of it, and with all tries before it again.
    #[must_use]
    pub fn replayed(&self, now: Timestamp) -> Self {
        Self {
            status: DeliveryStatus::Pending,
            round: 0,
            due: Some(now),
            updated_at: now,
            notes: self.notes + 1,
            ..self.clone()
        }
    }

    /// When it is forgotten, in seconds since the epoch: what failed is kept longer.
    #[must_use]
    pub const fn expires(&self) -> i64 {
        let kept = match self.status {
            DeliveryStatus::Delivered => limits::DELIVERY_KEPT_SECONDS,
            DeliveryStatus::Pending | DeliveryStatus::Dead => limits::DEAD_DELIVERY_KEPT_SECONDS,
        };
        self.updated_at.plus_seconds(kept).seconds()
    }
}

#[cfg(test)]
mod tests;
