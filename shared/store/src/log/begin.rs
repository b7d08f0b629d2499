//! The reading half of a write: where does it start, and was it done before?
//!
//! Three starts (design: retry-safe writes): at the head, when nothing marks an earlier attempt; at the client's base, the last
//! entry it knew when it first tried; at the base that a claim row keeps for clients that know no place.

use parlour_domain::log::{BodyHash, Draft, Entry, Head, Whose, barred, ends_membership, whose};
use parlour_domain::{AppId, RoomNumber, Seq, Timestamp, limits};
use serde::{Deserialize, Serialize};

use super::append::{AppendRefusal, Appended};
use super::read::{Range, last_seq};
use crate::error::{StoreError, classify};
use crate::row::{Item, item, number, number_of, read};
use crate::{Store, keys};

/// Where a write begins to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the head.
    Head,
    /// At this entry, which must come back.
    Base(Seq),
}

/// What was found there.
#[derive(Debug, Clone)]
pub enum Begin {
    /// Not ours up to here: the write may be put after this entry.
    After(Head),
    /// It was done before.
    Found(Box<Appended>),
    /// The same client id with another body.
    Reused,
    /// The base does not come back, or too much came after it: nothing may be written.
    Stale,
    /// The sender's membership ended after it was checked.
    Left,
    /// Something came first that might have the write refused: it is to be decided anew.
    Barred,
    /// There is no such log.
    NoRoom,
}

#[derive(Debug, Serialize, Deserialize)]
struct SendClaim {
    base: Seq,
    hash: BodyHash,
}

impl Store {
    /// Reads what a write needs to know before it may be put: one consistent read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_append(
        &self,
        app: &AppId,
        room: RoomNumber,
        draft: &Draft,
        start: Start,
    ) -> Result<Begin, StoreError> {
        match start {
            Start::Head => Ok(match self.head(app, room, true).await? {
                // The membership is read at the same time: it was so before this entry, or is so since a later one.
                Some(last) if ends_membership(std::slice::from_ref(&last), draft) => Begin::Barred,
                Some(last) => Begin::After(last.head()),
                None => Begin::NoRoom,
            }),
            Start::Base(base) => self.look_from(app, room, draft, base).await,
        }
    }

    /// Reads from `base`, inclusive. If that entry does not come back, or the tail is longer than one read, nothing may be put:
    /// there could be an earlier attempt, or a hole, beyond what was looked at.
    async fn look_from(&self, app: &AppId, room: RoomNumber, draft: &Draft, base: Seq) -> Result<Begin, StoreError> {
        if base < Seq::FIRST {
            return Ok(Begin::Stale);
        }
        let limit = limits::BASE_ENTRIES;
        let range = Range {
            from: base,
            to: last_seq(),
            oldest_first: true,
            limit,
            consistent: true,
        };
        let page = self.read_log(app, room, range).await?;
        let Some(last) = page.entries.last() else {
            return Ok(Begin::Stale);
        };
        let (complete, head) = (!page.more && page.entries[0].seq == base, last.head());
        Ok(match earlier(&page.entries, draft) {
            Some(found) => found,
            None if complete => Begin::After(head),
            None => Begin::Stale,
        })
    }

    /// Claims a send by its client id and tells where it may be put. `head` was read before this call: the claim's base must
    /// not be younger than the claim.
    ///
    /// # Errors
    /// [`AppendRefusal::OutcomeUnknown`] if the claim's base is gone or too far back; [`AppendRefusal::Store`].
    pub async fn claim_send(
        &self,
        app: &AppId,
        room: RoomNumber,
        draft: &Draft,
        head: Head,
        now: Timestamp,
    ) -> Result<Begin, AppendRefusal> {
        let Some(client_id) = &draft.client_id else {
            return Ok(Begin::After(head));
        };
        let key = keys::send_claim(app, room, draft.sender, client_id);
        let mut row = item(
            &key,
            "claim",
            &SendClaim {
                base: head.seq,
                hash: draft.hash.clone(),
            },
        )?;
        row.insert(
            keys::TTL.to_owned(),
            number(now.plus_seconds(limits::CLAIM_SECONDS).seconds()),
        );
        let put = self
            .client
            .put_item()
            .table_name(&self.tables.chat)
            .set_item(Some(row))
            .condition_expression("attribute_not_exists(pk) OR x < :now")
            .expression_attribute_values(":now", number(now.seconds()))
            .return_values_on_condition_check_failure(
                aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
            );
        let found = match put.send().await {
            Ok(_) => return Ok(Begin::After(head)),
            Err(error) => match error.as_service_error() {
                Some(aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(failed)) => {
                    failed.item.clone()
                }
                _ => return Err(classify(error).into()),
            },
        };
        let row = found.ok_or_else(|| StoreError::Damaged("a claim without content".to_owned()))?;
        debug_assert!(number_of(&row, keys::TTL).is_some());
        self.look_from_claim(app, room, draft, row).await
    }

    /// What an earlier attempt with the client id came to, without a claim for this one: [`Begin::Found`] or [`Begin::Reused`].
    /// `None`: nothing is known of one. One read of the claim, and one of the log if there is a claim.
    ///
    /// # Errors
    /// As [`Store::claim_send`].
    pub async fn earlier_send(
        &self,
        app: &AppId,
        room: RoomNumber,
        draft: &Draft,
        now: Timestamp,
    ) -> Result<Option<Begin>, AppendRefusal> {
        let Some(client_id) = &draft.client_id else {
            return Ok(None);
        };
        let key = keys::send_claim(app, room, draft.sender, client_id);
        let row = self.get(&self.tables.chat, &key, true).await?;
        let Some(row) = row.filter(|row| number_of(row, keys::TTL).is_some_and(|end| end >= now.seconds())) else {
            return Ok(None);
        };
        let begin = self.look_from_claim(app, room, draft, row).await?;
        Ok(Some(begin).filter(|begin| matches!(begin, Begin::Found(_) | Begin::Reused)))
    }

    async fn look_from_claim(
        &self,
        app: &AppId,
        room: RoomNumber,
        draft: &Draft,
        row: Item,
    ) -> Result<Begin, AppendRefusal> {
        let claim: SendClaim = read(row)?;
        if claim.hash != draft.hash {
            return Ok(Begin::Reused);
        }
        match self.look_from(app, room, draft, claim.base).await? {
            Begin::Stale => Err(AppendRefusal::OutcomeUnknown),
            begin => Ok(begin),
        }
    }
}

/// Looks for ourselves among entries, and for the end of our right to follow them.
pub(crate) fn earlier(entries: &[Entry], draft: &Draft) -> Option<Begin> {
    let own = entries.iter().find_map(|entry| match whose(entry, draft) {
        Whose::This => Some(Begin::Found(Box::new(Appended::New(entry.clone())))),
        Whose::Earlier => Some(Begin::Found(Box::new(Appended::Duplicate(entry.clone())))),
        Whose::Reused => Some(Begin::Reused),
        Whose::Foreign => None,
    });
    own.or_else(|| ends_membership(entries, draft).then_some(Begin::Left))
}

/// The same among entries that were written after the write was allowed.
pub(crate) fn overtaken(entries: &[Entry], draft: &Draft) -> Option<Begin> {
    earlier(entries, draft).or_else(|| barred(entries, draft).then_some(Begin::Barred))
}
