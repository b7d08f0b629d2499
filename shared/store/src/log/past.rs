//! Entries that an import brings over, many in one transaction: all of them right behind the end of the log, or none.

use parlour_domain::log::{Entry, Replies};
use parlour_domain::{AppId, RoomNumber, Seq};

use super::entry_item;
use crate::error::StoreError;
use crate::row::value;
use crate::transact::{put_new, update};
use crate::{Store, keys};

impl Store {
    /// Puts entries where none are, and what the threads that they are replies of come to; at most 100 of both. `false`: somebody
    /// wrote into the log meanwhile, and nothing is put; the log is to be read anew. Nobody hears of it: no push, no webhook.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn append_past(
        &self,
        app: &AppId,
        room: RoomNumber,
        entries: &[Entry],
        threads: &[(Seq, Replies)],
    ) -> Result<bool, StoreError> {
        let chat = &self.tables.chat;
        let mut actions = Vec::with_capacity(entries.len() + threads.len());
        for entry in entries {
            actions.push(put_new(chat, entry_item(app, room, entry)?)?);
        }
        for (parent, replies) in threads {
            // A reply of somebody else would be an entry, which stands where the first of these is to stand.
            actions.push(update(
                chat,
                &keys::entry(app, room, *parent),
                "SET replies = :replies",
                "attribute_exists(pk)",
                [(":replies", value(replies)?)],
            )?);
        }
        Ok(self.transact(actions).await?.is_ok())
    }
}
