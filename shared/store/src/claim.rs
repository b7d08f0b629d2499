//! Claims: the rows that make a write that is sent twice one write.
//!
//! A claim of a write other than a send stands in the same transaction as the change, with the reply; a repeat gets that reply.
//! (The claim of a send is in `log/begin.rs`: it holds the base from which a repeat looks for the entry.)

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::log::BodyHash;
use parlour_domain::{AppId, ClientId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::row::{Item, item, number, number_of, read};
use crate::transact::{Cancelled, put_if};
use crate::{Store, keys};

/// The claim of one write.
#[derive(Debug, Clone)]
pub struct WriteClaim {
    /// Whose data.
    pub app: AppId,
    /// Who writes; `None`: the backend.
    pub actor: Option<UserId>,
    /// The client's id of the write.
    pub client_id: ClientId,
    /// What the write says.
    pub hash: BodyHash,
    /// What is answered, now and to every repeat.
    pub reply: String,
    /// Now.
    pub now: Timestamp,
    /// Until when a repeat is known, in seconds since the epoch.
    pub expires: i64,
}

/// What became of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is done.
    Done,
    /// It was done before; this is the reply of then.
    Replayed(String),
    /// The client id belongs to another write.
    Reused,
    /// The row it wants to change is not as it must be (it is gone, it is there already, it changed meanwhile).
    Refused,
    /// Someone else is changing the same rows; safe to try again.
    Busy,
}

#[derive(Debug, Serialize, Deserialize)]
struct ClaimRow {
    hash: BodyHash,
    reply: String,
}

impl ClaimRow {
    /// What it means for a write of this hash.
    fn meets(self, hash: &BodyHash) -> Written {
        if self.hash == *hash {
            Written::Replayed(self.reply)
        } else {
            Written::Reused
        }
    }
}

impl WriteClaim {
    /// The same with another reply.
    pub(crate) fn replying(&self, reply: String) -> Self {
        Self { reply, ..self.clone() }
    }

    /// The transaction's first action. An expired claim counts as absent, whether or not it was swept.
    pub(crate) fn action(&self, chat: &str) -> Result<TransactWriteItem, StoreError> {
        let key = keys::write_claim(&self.app, self.actor, &self.client_id);
        let mut row = item(
            &key,
            "claim",
            &ClaimRow {
                hash: self.hash.clone(),
                reply: self.reply.clone(),
            },
        )?;
        row.insert(keys::TTL.to_owned(), number(self.expires));
        put_if(
            chat,
            row,
            "attribute_not_exists(pk) OR x < :now",
            [(":now", number(self.now.seconds()))],
        )
    }

    /// What a claim that is there already means for this write.
    pub(crate) fn meets(&self, found: Option<Item>) -> Result<Written, StoreError> {
        let row: ClaimRow = read(found.ok_or_else(|| StoreError::Damaged("a claim without content".to_owned()))?)?;
        Ok(row.meets(&self.hash))
    }
}

impl Store {
    /// Looks whether a write was done before, without doing it: for writes that would otherwise refuse for another reason first
    /// (a repeated deletion finds nothing to delete).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn claimed(
        &self,
        app: &AppId,
        actor: Option<UserId>,
        client_id: &ClientId,
        hash: &BodyHash,
        now: Timestamp,
    ) -> Result<Option<Written>, StoreError> {
        let key = keys::write_claim(app, actor, client_id);
        let Some(found) = self.get(&self.tables.chat, &key, true).await? else {
            return Ok(None);
        };
        if number_of(&found, keys::TTL).is_some_and(|expires| expires < now.seconds()) {
            return Ok(None);
        }
        Ok(Some(read::<ClaimRow>(found)?.meets(hash)))
    }

    /// Runs a transaction with the claim, if there is one, as its first action.
    pub(crate) async fn write(
        &self,
        claim: Option<&WriteClaim>,
        mut actions: Vec<TransactWriteItem>,
    ) -> Result<Written, StoreError> {
        if let Some(claim) = claim {
            actions.insert(0, claim.action(&self.tables.chat)?);
        }
        match self.transact(actions).await? {
            Ok(()) => Ok(Written::Done),
            Err(Cancelled::Conflict) => Ok(Written::Busy),
            Err(Cancelled::Condition { index: 0, found }) if claim.is_some() => match claim {
                Some(claim) => claim.meets(found),
                None => Ok(Written::Refused),
            },
            Err(Cancelled::Condition { .. }) => Ok(Written::Refused),
        }
    }
}
