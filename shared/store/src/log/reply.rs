//! Replies in threads: messages like any other, which the message that they reply to counts.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::log::{Entry, Replies};
use parlour_domain::{AppId, RoomNumber, Seq};

use super::entry_of;
use super::read::Page;
use crate::error::StoreError;
use crate::query::{Part, Rows};
use crate::row::{Item, number, text_of, value};
use crate::transact::update;
use crate::{Store, keys};

impl Store {
    /// The change that counts a reply in its parent, the entry as it was read. Its condition fails if the parent was hard deleted
    /// or got its first reply meanwhile.
    pub(crate) fn count_reply(
        &self,
        app: &AppId,
        room: RoomNumber,
        parent: &Entry,
        reply: &Entry,
    ) -> Result<TransactWriteItem, StoreError> {
        let key = keys::entry(app, room, parent.seq);
        if parent.replies.is_none() {
            let first = Replies {
                count: 1,
                last: reply.seq,
            };
            return update(
                &self.tables.chat,
                &key,
                "SET replies = :first",
                "attribute_exists(pk) AND attribute_not_exists(replies)",
                [(":first", value(&first)?)],
            );
        }
        update(
            &self.tables.chat,
            &key,
            "SET replies.#count = replies.#count + :one, replies.#last = :seq",
            "attribute_exists(replies)",
            [(":one", number(1)), (":seq", number(reply.seq.get()))],
        )
    }

    /// The replies to a message after `after`, oldest first, from the index (a moment behind).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replies(
        &self,
        app: &AppId,
        room: RoomNumber,
        parent: Seq,
        after: Seq,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let query = self.lines(keys::thread(app, room, parent), Part::After(&keys::seq(after)));
        let page = Rows::read(query, Some(limit)).await?;
        let place = |row: &Item| keys::parse_seq(text_of(row, keys::SK)?);
        let places: Vec<Seq> = page.rows.iter().filter_map(place).collect();
        Ok(Page {
            entries: self.entries(app, room, &places, false).await?,
            more: page.next.is_some(),
        })
    }

    /// Entries by their places, at most 100, in that order; those that are not there are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn entries(
        &self,
        app: &AppId,
        room: RoomNumber,
        places: &[Seq],
        consistent: bool,
    ) -> Result<Vec<Entry>, StoreError> {
        let wanted: Vec<_> = places.iter().map(|place| keys::entry(app, room, *place)).collect();
        let mut found = HashMap::new();
        for row in self.get_many(&self.tables.chat, &wanted, consistent).await? {
            let entry = entry_of(row)?;
            found.insert(entry.seq, entry);
        }
        Ok(places.iter().filter_map(|place| found.remove(place)).collect())
    }
}
