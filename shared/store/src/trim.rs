//! Entries that count no more. The room's row says from where entries count; what is below is absent for every reader at once,
//! and `sweep` takes it away later: oldest first, never what is younger than an hour, never the newest.
//!
//! A room with such work has a row in a sparse index, by when it is due; no room is looked for. So has a room that was deleted, until
//! the files of its messages are on their way to their end.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::log::{Draft, Entry};
use parlour_domain::room::Room;
use parlour_domain::{AppId, RoomNumber, Seq, Timestamp, limits};

use crate::claim::WriteClaim;
use crate::error::StoreError;
use crate::log::{AppendRefusal, Appended};
use crate::row::{item, number, number_of, text};
use crate::transact::{Cancelled, check, delete_if, put, update};
use crate::{Store, keys};

/// Seconds between two looks at a room for what has become too old.
const RETENTION_STEP: i64 = 3_600;

/// Entries that one run looks at in one room.
const BATCH: usize = 200;

/// A room with work that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    app: AppId,
    room: RoomNumber,
}

impl Due {
    /// The room.
    #[must_use]
    pub const fn room(&self) -> RoomNumber {
        self.room
    }
}

/// What a run did in one room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trimmed {
    /// Entries taken away.
    pub removed: usize,
}

impl Store {
    /// The row that has `sweep` look at a room from `due` on.
    pub(crate) fn trim_at(
        &self,
        app: &AppId,
        room: RoomNumber,
        due: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let mut row = item(&keys::trim(app, room), "trim", &HashMap::<String, String>::new())?;
        row.insert(keys::INDEX_PK.to_owned(), text(keys::trims()));
        row.insert(keys::INDEX_SK.to_owned(), text(keys::room_due(due, app, room)));
        put(&self.tables.chat, row)
    }

    /// The change of the room's row: `floor` is the first entry that counts from here on. It never falls.
    fn raise(&self, app: &AppId, room: RoomNumber, floor: &Entry) -> Result<TransactWriteItem, StoreError> {
        update(
            &self.tables.chat,
            &keys::room(app, room),
            "SET #floor = :floor, floor_msgs = :msgs",
            "#floor < :floor AND attribute_not_exists(deleted)",
            [
                (":floor", number(floor.seq.get())),
                (":msgs", number(floor.msg_no - u64::from(floor.body.is_message()))),
            ],
        )
    }

    /// Takes away what stands before `floor`, an entry of the room, with the entry `room_truncated`.
    ///
    /// # Errors
    /// [`AppendRefusal`]; `Condition` if the floor is there or higher already, or the room is deleted.
    pub async fn truncate_room(
        &self,
        app: &AppId,
        room: RoomNumber,
        floor: &Entry,
        draft: &Draft,
        claim: Option<&WriteClaim>,
        now: Timestamp,
    ) -> Result<Appended, AppendRefusal> {
        self.append_with(app, room, draft, now, claim, |_| {
            Ok(vec![self.raise(app, room, floor)?, self.trim_at(app, room, now)?])
        })
        .await
    }

    /// The rooms that are due, at most `limit`, those first that have been due for longest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn trims_due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, StoreError> {
        let before = keys::due_by(now);
        let places = self.places_before(keys::trims(), &before, limit).await?;
        let due = |place: &String| keys::parse_room_due(place).map(|(app, room)| Due { app, room });
        Ok(places.iter().filter_map(due).collect())
    }

    /// Does what is due in a room, as much as one run may, and notes when the next is. Repeatable, by several at once too.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn trim_room(&self, due: &Due, now: Timestamp) -> Result<Trimmed, StoreError> {
        let Due { app, room } = due;
        let chat = &self.tables.chat;
        let Some(row) = self.room(app, *room).await? else {
            self.delete_many(chat, &[keys::trim(app, *room)]).await?;
            return Ok(Trimmed::default());
        };
        if row.deleted {
            self.release_files_of_room(app, *room, now).await?;
            return Ok(Trimmed::default());
        }
        let (floor, aged) = self.apply_retention(app, &row, now).await?;
        let (removed, younger) = self.remove_below(app, *room, floor, now).await?;
        let next = match aged.into_iter().chain(younger).min() {
            None => delete_if(chat, &keys::trim(app, *room), "attribute_exists(pk)", [])?,
            Some(next) => self.trim_at(app, *room, next)?,
        };
        // Work that came since is in the room's row, if not in the time at which it is due: refused, and so done in the next run.
        let unchanged = check(
            chat,
            &keys::room(app, *room),
            "#floor = :floor AND updated_at = :version AND attribute_not_exists(deleted)",
            [
                (":floor", number(floor.get())),
                (":version", number(row.updated_at.millis())),
            ],
        )?;
        let _ = self.transact(vec![next, unchanged]).await?;
        Ok(Trimmed { removed })
    }

    /// Has the files of a deleted room's messages taken away, a piece of the log in each run: nothing is added to it any more. The
    /// entries stay, for exports and erasures.
    async fn release_files_of_room(&self, app: &AppId, room: RoomNumber, now: Timestamp) -> Result<(), StoreError> {
        let chat = &self.tables.chat;
        let row = self.get(chat, &keys::trim(app, room), true).await?;
        let done = row.and_then(|row| number_of(&row, "done"));
        let done = done.and_then(|done| u64::try_from(done).ok()).and_then(Seq::new);
        let page = self.entries_after(app, room, done.unwrap_or(Seq::ZERO), BATCH).await?;
        for entry in &page.entries {
            self.release_files(app, entry, now).await?;
        }
        match page.entries.last() {
            Some(last) if page.more => {
                let key = keys::trim(app, room);
                let change = "SET #done = :done, iv = :due";
                let values = [
                    (":done", number(last.seq.get())),
                    (":due", text(keys::room_due(now, app, room))),
                ];
                // Refused: another run has come to the end meanwhile.
                self.update_if(chat, &key, change, "attribute_exists(pk)", values)
                    .await?;
                Ok(())
            }
            _ => self.delete_many(chat, &[keys::trim(app, room)]).await,
        }
    }

    /// Raises the floor over what is too old, but never over the newest entry. The floor, and when to look again.
    async fn apply_retention(
        &self,
        app: &AppId,
        room: &Room,
        now: Timestamp,
    ) -> Result<(Seq, Option<Timestamp>), StoreError> {
        let Some(days) = room.settings.retention_days else {
            return Ok((room.floor, None));
        };
        let life = i64::from(days) * 24 * 3_600;
        let page = self
            .entries_after(app, room.number, room.floor.previous(), BATCH)
            .await?;
        let young = |entry: &&Entry| entry.at.plus_seconds(life) > now;
        let kept = page.entries.iter().find(young).or(page.entries.last());
        let Some(kept) = kept else {
            return Ok((room.floor, Some(now.plus_seconds(life))));
        };
        let due = match (young(&kept), page.more) {
            // Not at each entry's own end: a lively room would be looked at every minute for good.
            (true, _) => kept.at.plus_seconds(life).max(now.plus_seconds(RETENTION_STEP)),
            (false, true) => now,
            // All of it is too old, and the last one stays.
            (false, false) => now.plus_seconds(24 * 3_600),
        };
        if kept.seq <= room.floor {
            return Ok((room.floor, Some(due)));
        }
        match self.transact(vec![self.raise(app, room.number, kept)?]).await? {
            // It stays where it was: what readers still count must not go.
            Err(Cancelled::Conflict) => Ok((room.floor, Some(now))),
            // Refused: it is as high already, or the room is deleted.
            Ok(()) | Err(Cancelled::Condition { .. }) => Ok((kept.seq, Some(due))),
        }
    }

    /// Removes entries below the floor, oldest first. How many, and when to look again if some are left.
    async fn remove_below(
        &self,
        app: &AppId,
        room: RoomNumber,
        floor: Seq,
        now: Timestamp,
    ) -> Result<(usize, Option<Timestamp>), StoreError> {
        let page = self.entries_after(app, room, Seq::ZERO, BATCH).await?;
        let below: Vec<&Entry> = page.entries.iter().filter(|entry| entry.seq < floor).collect();
        let old = |entry: &&&Entry| entry.at.plus_seconds(limits::KEPT_SECONDS) <= now;
        let old: Vec<&Entry> = below.iter().take_while(old).copied().collect();
        for entry in &old {
            // Before the entry goes, by which they are found.
            self.release_files(app, entry, now).await?;
        }
        let doomed: Vec<_> = old.iter().map(|entry| keys::entry(app, room, entry.seq)).collect();
        self.delete_many(&self.tables.chat, &doomed).await?;
        let next = match below.get(doomed.len()) {
            Some(younger) => Some(younger.at.plus_seconds(limits::KEPT_SECONDS)),
            None if page.more && below.len() == page.entries.len() => Some(now),
            None => None,
        };
        Ok((doomed.len(), next))
    }
}
