//! The n-th message of a room, for protocols that page by number.
//!
//! Every entry carries the count of messages up to it, so the place of a message is found by interpolation on that count: read
//! the head, then a few entries about where the message must be, then the short stretch that is left. No index, no counter.

mod search;

use parlour_domain::log::Entry;
use parlour_domain::{AppId, RoomNumber, Seq, limits};

use self::search::{Search, Step};
use super::entry_of;
use super::read::Range;
use crate::error::StoreError;
use crate::{Store, keys};

/// Round trips that a look-up takes at most, the head's included.
const ROUND_TRIPS: u32 = 8;

impl Store {
    /// The message that is the `n`-th of its room, counted from 1. `None`: there is no such room, it has fewer messages, or the
    /// entry was removed. What is below the room's floor may still be found: the room's row decides who may see it.
    ///
    /// At most 8 round trips, whatever the log is like; with messages spread evenly, 2 to 5. With entries of some 300 bytes, at
    /// most 8 read units where fewer than 2,000 other entries stand between the messages, however they are arranged, or any
    /// number of them spread evenly; the worst arrangement of 10,000 costs 12, of a million 31.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn message_number(&self, app: &AppId, room: RoomNumber, n: u64) -> Result<Option<Entry>, StoreError> {
        let Some(head) = self.head(app, room, true).await? else {
            return Ok(None);
        };
        let Some(mut search) = Search::new(n, head.head()) else {
            return Ok(None);
        };
        let mut consistent = false;
        for left in (1..ROUND_TRIPS).rev() {
            let places = match search.step(left) {
                Step::Absent => return Ok(None),
                Step::Read(from, to) => return self.read_number(app, room, (from, to), n).await,
                Step::Probe(places) => places,
            };
            // Counts never change once written, so a stale read can only lack an entry: then the reads become consistent.
            consistent |= left == 2;
            let found = self.probe(app, room, &places, consistent).await?;
            let lacking: Vec<Seq> = places
                .into_iter()
                .filter(|place| found.iter().all(|entry| entry.seq != *place))
                .collect();
            search.learn(found.iter().map(Entry::head), if consistent { &lacking } else { &[] });
            if let Some(entry) = found.into_iter().find(|entry| is_number(entry, n)) {
                return Ok(Some(entry));
            }
            consistent |= !lacking.is_empty();
        }
        Ok(None)
    }

    async fn probe(
        &self,
        app: &AppId,
        room: RoomNumber,
        places: &[Seq],
        consistent: bool,
    ) -> Result<Vec<Entry>, StoreError> {
        let wanted: Vec<_> = places.iter().map(|place| keys::entry(app, room, *place)).collect();
        let rows = self.get_many(&self.tables.chat, &wanted, consistent).await?;
        rows.into_iter().map(entry_of).collect()
    }

    async fn read_number(
        &self,
        app: &AppId,
        room: RoomNumber,
        (from, to): (Seq, Seq),
        n: u64,
    ) -> Result<Option<Entry>, StoreError> {
        let range = Range {
            from,
            to,
            oldest_first: true,
            limit: limits::ENTRIES_PER_READ,
            consistent: true,
        };
        let page = self.read_log(app, room, range).await?;
        Ok(page.entries.into_iter().find(|entry| is_number(entry, n)))
    }
}

fn is_number(entry: &Entry, n: u64) -> bool {
    entry.msg_no == n && entry.body.is_message()
}
