//! Edits and deletions of messages: an entry of their own, and the message changed in place, in one transaction. So a history
//! shows what a message says now, and a resume tells that it changed.

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::log::{Body, Draft, Entry, Message};
use parlour_domain::{AppId, RoomNumber, Timestamp};

use super::append::{AppendRefusal, Appended};
use super::race::Race;
use crate::claim::WriteClaim;
use crate::error::StoreError;
use crate::row::{number, text, value};
use crate::transact::{check, update};
use crate::{Store, keys};

/// What is answered when the entry stands, now and to every repeat.
pub type Reply<'a> = &'a (dyn Fn(&Entry) -> String + Send + Sync);

/// A change of a message or of a member on its way into the log.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    /// Whose room.
    pub app: &'a AppId,
    /// The room.
    pub room: RoomNumber,
    /// The entry that says so.
    pub draft: &'a Draft,
    /// What makes a repeat known, and its reply.
    pub claim: Option<(&'a WriteClaim, Reply<'a>)>,
    /// Now.
    pub now: Timestamp,
}

impl std::fmt::Debug for Writing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writing")
            .field("room", &self.room)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Writes the edit or deletion of a message that the draft says. `before` is the message's entry as it was read. Of a deleted
    /// message's edits nothing is kept, because a resume would still tell of them; of a hard deleted one's files neither.
    ///
    /// # Errors
    /// [`AppendRefusal`]; `Condition` if the message changed or the sender left meanwhile.
    pub async fn change_message(&self, writing: Writing<'_>, before: &Entry) -> Result<Appended, AppendRefusal> {
        self.append_change(writing, |entry| {
            let after = before.after(entry);
            let mut actions = vec![self.in_place(writing, before, &after)?];
            if let Some(deletion) = &after.deletion {
                actions.extend(self.blank_edits(writing, before)?);
                if deletion.hard {
                    actions.extend(self.release(writing.app, before, writing.now)?);
                }
            }
            Ok(actions)
        })
        .await
    }

    /// Appends what a draft says together with `also`, while its sender is a member.
    pub(super) async fn append_change(
        &self,
        writing: Writing<'_>,
        also: impl Fn(&Entry) -> Result<Vec<TransactWriteItem>, StoreError> + Send + Sync,
    ) -> Result<Appended, AppendRefusal> {
        let with_member = |entry: &Entry| {
            let mut actions = also(entry)?;
            actions.extend(self.still_member(writing)?);
            Ok(actions)
        };
        self.append_writing(writing, with_member).await
    }

    /// Appends what a draft says together with `also`, which has every condition that it stands or falls with.
    pub(crate) async fn append_writing(
        &self,
        writing: Writing<'_>,
        also: impl Fn(&Entry) -> Result<Vec<TransactWriteItem>, StoreError> + Send + Sync,
    ) -> Result<Appended, AppendRefusal> {
        let race = Race {
            also: Some(&also),
            claim: writing.claim.map(|(claim, _)| claim),
            reply: writing.claim.map(|(_, reply)| reply),
            ..Race::new(writing.app, writing.room, writing.draft, writing.now)
        };
        self.race(race, None).await
    }

    /// The condition that the sender is a member at the very moment of the write.
    fn still_member(&self, writing: Writing<'_>) -> Result<Option<TransactWriteItem>, StoreError> {
        let member = |user| {
            check(
                &self.tables.chat,
                &keys::member(writing.app, writing.room, user),
                "standing = :active",
                [(":active", text("active"))],
            )
        };
        writing.draft.sender.map(member).transpose()
    }

    fn in_place(&self, writing: Writing<'_>, before: &Entry, after: &Entry) -> Result<TransactWriteItem, StoreError> {
        // A message that nothing was done to has no `rev`; each edit and each deletion moves it.
        let unchanged = if before.rev == 0 {
            "attribute_exists(pk) AND (attribute_not_exists(rev) OR rev = :rev)"
        } else {
            "rev = :rev"
        };
        let (what, becomes) = match &after.deletion {
            Some(deletion) => ("deletion", value(deletion)?),
            None => ("edits", value(&after.edits)?),
        };
        update(
            &self.tables.chat,
            &keys::entry(writing.app, writing.room, before.seq),
            &format!("SET #body = :body, {what} = :what, rev = :next"),
            unchanged,
            [
                (":body", value(&after.body)?),
                (":what", becomes),
                (":rev", number(before.rev)),
                (":next", number(after.rev)),
            ],
        )
    }

    fn blank_edits(&self, writing: Writing<'_>, before: &Entry) -> Result<Vec<TransactWriteItem>, StoreError> {
        let Some(edits) = &before.edits else {
            return Ok(Vec::new());
        };
        let blank = before.message().map(Message::blank).unwrap_or_default();
        let blank = value(&Body::MessageEdited {
            target: before.seq,
            now: Box::new(blank.clone()),
            before: Box::new(blank),
        })?;
        let blanked = |edit| {
            update(
                &self.tables.chat,
                &keys::entry(writing.app, writing.room, edit),
                "SET #body = :body",
                "attribute_exists(pk)",
                [(":body", blank.clone())],
            )
        };
        edits.entries.iter().copied().map(blanked).collect()
    }
}
