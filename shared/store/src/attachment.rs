//! Files of messages: announced, confirmed, bound by the message that takes them, and taken away when none has them any more.
//!
//! A file that is to be taken away, now or later, stands in a sparse index by when it is due. The message that takes it takes it
//! out of there, in the transaction of its append; so a file is always in a message or on the way to its end.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use parlour_domain::attachment::{Attachment, released_at};
use parlour_domain::log::{Draft, Entry, Head};
use parlour_domain::{AppId, AttachmentId, RoomNumber, Timestamp};

use crate::claim::{WriteClaim, Written};
use crate::error::{StoreError, met};
use crate::log::{AppendRefusal, Appended, Begin, Race};
use crate::row::{Item, item, key_item, number, read, text, value};
use crate::transact::{put_new, put_or_update, update};
use crate::{Store, keys};

/// The attribute that every row of a file has; a row without it only says that the object is to be taken away.
const FILE: &str = "file";

/// What changes together with the append of a message.
#[derive(Debug, Clone, Copy, Default)]
pub struct Along<'a> {
    /// The message that it replies to, as it was read.
    pub parent: Option<&'a Entry>,
    /// The files that it takes.
    pub files: &'a [AttachmentId],
}

fn known(row: Item) -> Option<Result<Attachment, StoreError>> {
    row.contains_key(FILE).then(|| read(row))
}

impl Store {
    /// Announces a file; it is collected unless a message takes it in time. `Refused`: there is one with this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn announce_attachment(
        &self,
        app: &AppId,
        attachment: &Attachment,
        claim: Option<&WriteClaim>,
    ) -> Result<Written, StoreError> {
        let id = attachment.file.id;
        let mut row = item(&keys::attachment(app, id), "file", attachment)?;
        row.insert(keys::INDEX_PK.to_owned(), text(keys::files()));
        let due = keys::file_due(attachment.collected_at(), app, id);
        row.insert(keys::INDEX_SK.to_owned(), text(due));
        self.write(claim, vec![put_new(&self.tables.chat, row)?]).await
    }

    /// A file, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attachment(&self, app: &AppId, id: AttachmentId) -> Result<Option<Attachment>, StoreError> {
        let row = self.get(&self.tables.chat, &keys::attachment(app, id), true).await?;
        row.and_then(known).transpose()
    }

    /// Files by their ids, at most 100, read consistently, in that order; those that are not there are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attachments(&self, app: &AppId, ids: &[AttachmentId]) -> Result<Vec<Attachment>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let wanted: Vec<_> = ids.iter().map(|id| keys::attachment(app, *id)).collect();
        let rows = self.get_many(&self.tables.chat, &wanted, true).await?;
        let found: Vec<Attachment> = rows.into_iter().filter_map(known).collect::<Result<_, _>>()?;
        let by_id = |id| found.iter().find(|attachment| attachment.file.id == id);
        Ok(ids.iter().filter_map(|id| by_id(*id).cloned()).collect())
    }

    /// Notes that a file is there, and what is known of it now; `false`: it is being taken away. Once confirmed it stays as it is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn confirm_attachment(&self, app: &AppId, attachment: &Attachment) -> Result<bool, StoreError> {
        let values = [
            (":file", value(&attachment.file)?),
            (":yes", AttributeValue::Bool(true)),
        ];
        let key = keys::attachment(app, attachment.file.id);
        let expression = "SET #file = :file, confirmed = :yes";
        let condition = "attribute_exists(pk) AND attribute_not_exists(confirmed) AND attribute_not_exists(doomed)";
        let chat = &self.tables.chat;
        if self.update_if(chat, &key, expression, condition, values).await? {
            return Ok(true);
        }
        // Someone confirmed it meanwhile, or an earlier try did whose answer was lost.
        let found = self.attachment(app, attachment.file.id).await?;
        Ok(found.is_some_and(|found| found.confirmed && !found.doomed))
    }

    /// Appends a message after what [`Store::begin_append`] or [`Store::claim_send`] found, counts it in the message that it
    /// replies to, and binds its files, in one transaction.
    ///
    /// # Errors
    /// [`AppendRefusal`]; `Condition` if the parent was hard deleted or got its first reply meanwhile, or if a file is not there,
    /// not confirmed, in another message or being taken away.
    pub async fn append_along(
        &self,
        (app, room): (&AppId, RoomNumber),
        draft: &Draft,
        begin: Begin,
        along: Along<'_>,
        now: Timestamp,
    ) -> Result<Appended, AppendRefusal> {
        let seen: Head = match begin {
            Begin::After(seen) => seen,
            // Nothing is written for these.
            begin => return self.append(app, room, draft, begin, now).await,
        };
        let also = |entry: &Entry| {
            let counted = along.parent.map(|parent| self.count_reply(app, room, parent, entry));
            let bound = along.files.iter().map(|id| self.bind(app, (room, entry), *id));
            counted.into_iter().chain(bound).collect::<Result<Vec<_>, StoreError>>()
        };
        let race = Race {
            also: Some(&also),
            ..Race::new(app, room, draft, now)
        };
        self.race(race, Some(seen)).await
    }

    fn bind(
        &self,
        app: &AppId,
        (room, entry): (RoomNumber, &Entry),
        id: AttachmentId,
    ) -> Result<TransactWriteItem, StoreError> {
        update(
            &self.tables.chat,
            &keys::attachment(app, id),
            "SET room = :room, #seq = :seq REMOVE ik, iv",
            "confirmed = :yes AND attribute_not_exists(#seq) AND attribute_not_exists(doomed)",
            [
                (":room", number(room.get())),
                (":seq", number(entry.seq.get())),
                (":yes", AttributeValue::Bool(true)),
            ],
        )
    }

    /// Has `sweep` take away the files of a message that says nothing any more. Where the row of one is gone already, this makes
    /// one that says no more than that: what deletes a message must not depend on its files.
    pub(crate) fn release(
        &self,
        app: &AppId,
        message: &Entry,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let files = message
            .message()
            .map_or(&[][..], |message| message.attachments.as_slice());
        let due = released_at(message.at, now);
        let released = |id| {
            let place = keys::file_due(due, app, id);
            let values = [(":files", text(keys::files())), (":place", text(place))];
            let key = keys::attachment(app, id);
            put_or_update(&self.tables.chat, &key, "SET ik = :files, iv = :place", values)
        };
        files.iter().map(|file| released(file.id)).collect()
    }

    /// [`Store::release`] where it stands in no transaction of another change.
    pub(crate) async fn release_files(&self, app: &AppId, message: &Entry, now: Timestamp) -> Result<(), StoreError> {
        let actions = self.release(app, message, now)?;
        if actions.is_empty() {
            return Ok(());
        }
        match self.transact(actions).await? {
            Ok(()) => Ok(()),
            Err(_) => Err(StoreError::Throttled("a file is being changed".to_owned())),
        }
    }

    /// The files that are to be taken away now, at most `limit`, those first that have been due for longest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn attachments_due(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(AppId, AttachmentId)>, StoreError> {
        let before = keys::due_by(now);
        let places = self.places_before(keys::files(), &before, limit).await?;
        Ok(places.iter().filter_map(|place| keys::parse_file_due(place)).collect())
    }

    /// Decides that a file goes: from here on no message takes it. `false`: it is not due, because one has taken it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn doom_attachment(&self, app: &AppId, id: AttachmentId, now: Timestamp) -> Result<bool, StoreError> {
        let values = [(":yes", AttributeValue::Bool(true)), (":now", text(keys::due_by(now)))];
        let key = keys::attachment(app, id);
        // A row that no message has taken, or that its message has released, has a place in the index.
        self.update_if(&self.tables.chat, &key, "SET doomed = :yes", "iv < :now", values)
            .await
    }

    /// Forgets a file whose object is gone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_attachment(&self, app: &AppId, id: AttachmentId) -> Result<(), StoreError> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.tables.chat)
            .set_key(Some(key_item(&keys::attachment(app, id))))
            .condition_expression("attribute_not_exists(pk) OR doomed = :yes")
            .expression_attribute_values(":yes", AttributeValue::Bool(true));
        met(delete.send().await)?;
        Ok(())
    }
}
