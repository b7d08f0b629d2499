//! The entries of a log that are erased.

use std::pin::Pin;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::log::{Body, Entry, Erasing, Message};
use parlour_domain::{AppId, RoomNumber};

use crate::error::StoreError;
use crate::row::{number, value};
use crate::{Store, keys};

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Entries that are changed at once.
const PARALLEL: usize = 8;
/// Looks at an entry that others change meanwhile.
const TRIES: usize = 5;

impl Store {
    /// Erases what is to be erased of these entries of a room. How many of them are messages that say nothing any more, by this
    /// erasure, whoever did it; and whether anything was changed now.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Throttled`] if others change an entry all the time.
    pub async fn erase_entries(
        &self,
        app: &AppId,
        room: RoomNumber,
        erasing: &Erasing,
        entries: &[Entry],
    ) -> Result<u64, StoreError> {
        let mut changes: Vec<Boxed<'_, Result<bool, StoreError>>> = Vec::new();
        for entry in entries {
            if erasing.erased(entry).is_some() {
                changes.push(Box::pin(self.erase_entry(app, room, erasing, entry)));
            }
        }
        let before = entries.iter().filter(|entry| erasing.has_erased(entry)).count();
        let erased: Vec<bool> = stream::iter(changes).buffer_unordered(PARALLEL).try_collect().await?;
        let now = erased.into_iter().filter(|message| *message).count();
        Ok((before + now) as u64)
    }

    /// Erases an entry, and of a message its edits and files before, because they are found by it. Whether it is a message that the erasure
    /// has left empty.
    async fn erase_entry(
        &self,
        app: &AppId,
        room: RoomNumber,
        erasing: &Erasing,
        entry: &Entry,
    ) -> Result<bool, StoreError> {
        let (chat, key) = (&self.tables.chat, keys::entry(app, room, entry.seq));
        let mut before = entry.clone();
        for _ in 0..TRIES {
            let Some(after) = erasing.erased(&before) else {
                return Ok(erasing.has_erased(&before));
            };
            let done = match &after.deletion {
                None => {
                    let body = [(":body", value(&after.body)?)];
                    self.update_existing(chat, &key, "SET #body = :body", body).await?
                }
                Some(deletion) => {
                    self.blank_edits_of(app, room, &before).await?;
                    self.release_files(app, &before, erasing.at).await?;
                    let unchanged = if before.rev == 0 {
                        "attribute_exists(pk) AND (attribute_not_exists(rev) OR rev = :rev)"
                    } else {
                        "rev = :rev"
                    };
                    let values = [
                        (":body", value(&after.body)?),
                        (":deletion", value(deletion)?),
                        (":rev", number(before.rev)),
                        (":next", number(after.rev)),
                    ];
                    let expression = "SET #body = :body, deletion = :deletion, rev = :next";
                    self.update_if(chat, &key, expression, unchanged, values).await?
                }
            };
            if done {
                return Ok(after.message().is_some());
            }
            match self.entry(app, room, entry.seq).await? {
                Some(now) => before = now,
                // `sweep` took it away.
                None => return Ok(false),
            }
        }
        Err(StoreError::Throttled("an entry is being changed".to_owned()))
    }

    async fn blank_edits_of(&self, app: &AppId, room: RoomNumber, message: &Entry) -> Result<(), StoreError> {
        let Some(edits) = &message.edits else { return Ok(()) };
        let blank = message.message().map(Message::blank).unwrap_or_default();
        let body = value(&Body::MessageEdited {
            target: message.seq,
            now: Box::new(blank.clone()),
            before: Box::new(blank),
        })?;
        for edit in &edits.entries {
            let (key, body) = (keys::entry(app, room, *edit), [(":body", body.clone())]);
            self.update_existing(&self.tables.chat, &key, "SET #body = :body", body)
                .await?;
        }
        Ok(())
    }
}
