//! One try to put a write at its place in the log, alone or with what stands or falls with it.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use parlour_domain::log::{Entry, Head, place};

use super::append::{AppendRefusal, Appended};
use super::race::{Also, Race};
use super::{entry_item, entry_of};
use crate::Store;
use crate::claim::Written;
use crate::error::classify;
use crate::row::Item;
use crate::transact::{Cancelled, concerns, put_new};

/// What one put came to.
pub(super) enum Put {
    Stands(Box<Entry>),
    /// The entry that stands there instead, or `None` if a conflict hid it.
    Lost(Option<Box<Entry>>),
    /// The place is taken by an entry that this very write changes: the head that we knew is behind.
    Behind,
    Settled(Box<Result<Appended, AppendRefusal>>),
}

impl Store {
    /// Puts the write right after `seen`.
    pub(super) async fn put_after(&self, race: &Race<'_>, seen: Head) -> Result<Put, AppendRefusal> {
        let entry = place(seen, race.draft, race.now);
        if race.draft.allowance.last_msg_no.is_some_and(|last| entry.msg_no > last) {
            return Ok(Put::Settled(Box::new(Err(AppendRefusal::Barred))));
        }
        let row = entry_item(race.app, race.room, &entry)?;
        if let Some(also) = race.also {
            return self.put_with(race, entry, row, also).await;
        }
        let put = self
            .client
            .put_item()
            .table_name(&self.tables.chat)
            .set_item(Some(row))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match put.send().await {
            Ok(_) => Ok(Put::Stands(Box::new(entry))),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => match failed.item.clone() {
                    Some(winner) => Ok(Put::Lost(Some(Box::new(entry_of(winner)?)))),
                    None => Ok(Put::Lost(None)),
                },
                // For an append a conflict is a lost race.
                Some(PutItemError::TransactionConflictException(_)) => Ok(Put::Lost(None)),
                _ => Err(classify(error).into()),
            },
        }
    }

    async fn put_with(&self, race: &Race<'_>, entry: Entry, row: Item, also: Also<'_>) -> Result<Put, AppendRefusal> {
        let chat = &self.tables.chat;
        let further = also(&entry)?;
        if further.iter().any(|action| concerns(action, &row)) {
            return Ok(Put::Behind);
        }
        let mut actions = vec![put_new(chat, row)?];
        if let Some(claim) = race.claim {
            actions.push(match race.reply {
                Some(reply) => claim.replying(reply(&entry)).action(chat)?,
                None => claim.action(chat)?,
            });
        }
        actions.extend(further);
        Ok(match self.transact(actions).await? {
            Ok(()) => Put::Stands(Box::new(entry)),
            Err(Cancelled::Conflict) => Put::Lost(None),
            Err(Cancelled::Condition { index: 0, found: None }) => Put::Lost(None),
            Err(Cancelled::Condition {
                index: 0,
                found: Some(winner),
            }) => Put::Lost(Some(Box::new(entry_of(winner)?))),
            Err(Cancelled::Condition { index: 1, found }) if race.claim.is_some() => {
                Put::Settled(Box::new(match race.claim {
                    Some(claim) => match claim.meets(found)? {
                        Written::Replayed(reply) => Ok(Appended::Replayed(reply)),
                        _ => Err(AppendRefusal::Reused),
                    },
                    None => Err(AppendRefusal::Condition),
                }))
            }
            Err(Cancelled::Condition { .. }) => Put::Settled(Box::new(Err(AppendRefusal::Condition))),
        })
    }
}
