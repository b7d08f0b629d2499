//! Reading a room's log: its head, one entry, and pages in both directions.

use parlour_domain::log::Entry;
use parlour_domain::{AppId, RoomNumber, Seq};

use super::entry_of;
use crate::error::StoreError;
use crate::query::{Part, Rows};
use crate::{Store, keys};

/// Entries in the order in which they were asked for.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Whether the log goes on in that direction.
    pub more: bool,
}

/// Which part of a log, both ends included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    pub(crate) from: Seq,
    pub(crate) to: Seq,
    pub(crate) oldest_first: bool,
    pub(crate) limit: usize,
    pub(crate) consistent: bool,
}

impl Store {
    /// The last entry of a log; `None`: there is no such room.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn head(&self, app: &AppId, room: RoomNumber, consistent: bool) -> Result<Option<Entry>, StoreError> {
        let last = Range {
            from: Seq::FIRST,
            to: last_seq(),
            oldest_first: false,
            limit: 1,
            consistent,
        };
        Ok(self.read_log(app, room, last).await?.entries.pop())
    }

    /// One entry.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn entry(&self, app: &AppId, room: RoomNumber, seq: Seq) -> Result<Option<Entry>, StoreError> {
        self.get(&self.tables.chat, &keys::entry(app, room, seq), true)
            .await?
            .map(entry_of)
            .transpose()
    }

    /// Entries after `after`, oldest first, read consistently: one read, so a page may be short although there are more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn entries_after(
        &self,
        app: &AppId,
        room: RoomNumber,
        after: Seq,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let range = Range {
            from: after.next(),
            to: last_seq(),
            oldest_first: true,
            limit,
            consistent: true,
        };
        self.read_log(app, room, range).await
    }

    /// Entries before `before` and not before `from`, newest first, in one read. Consistent on request.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn entries_before(
        &self,
        app: &AppId,
        room: RoomNumber,
        (before, from): (Option<Seq>, Seq),
        limit: usize,
        consistent: bool,
    ) -> Result<Page, StoreError> {
        let to = before.map_or_else(last_seq, Seq::previous);
        self.read_log(
            app,
            room,
            Range {
                from,
                to,
                oldest_first: false,
                limit,
                consistent,
            },
        )
        .await
    }

    pub(crate) async fn read_log(&self, app: &AppId, room: RoomNumber, range: Range) -> Result<Page, StoreError> {
        if range.from > range.to {
            return Ok(Page::default());
        }
        let (from, to) = (keys::seq(range.from), keys::seq(range.to));
        let query = self
            .rows(&self.tables.chat, keys::log_pk(app, room), Part::Between(&from, &to))
            .scan_index_forward(range.oldest_first)
            .consistent_read(range.consistent);
        let page = Rows::read(query, Some(range.limit)).await?;
        Ok(Page {
            entries: page.rows.into_iter().map(entry_of).collect::<Result<_, _>>()?,
            more: page.next.is_some(),
        })
    }
}

pub(crate) fn last_seq() -> Seq {
    Seq::new(Seq::MAX).unwrap_or_default()
}
