//! How far a migration of rows has come, a row for each segment of the table.
//!
//! The notes are of the last page that is done as a whole. A run that is killed goes on there and meets some rows again, which
//! it leaves alone. Two runs at once share the work: whoever notes a page second sees it and goes on from the other's note.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use serde::{Deserialize, Serialize};

use crate::error::{StoreError, met};
use crate::keys::Key;
use crate::query::{Part, Rows};
use crate::row::{item, key_item, names, number, read, text};
use crate::scan::Segment;
use crate::transact::{Cancelled, put_new};
use crate::{Store, keys};

/// How far one segment is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentProgress {
    /// Which segment, from 0.
    pub segment: u32,
    /// Of how many: fixed by the run that began.
    pub segments: u32,
    /// Notes so far: never falls, so it is the row's version.
    pub notes: u64,
    /// Whether the segment is done.
    pub done: bool,
    /// The key of the last row that was read.
    pub last_pk: Option<String>,
    /// The same, its second half.
    pub last_sk: Option<String>,
    /// Rows of any kind that were read.
    pub read: u64,
    /// Rows of the migration's kind that were read.
    pub seen: u64,
    /// Rows that were changed: at least so many, because a run that is killed does not count what it did after its last note.
    pub changed: u64,
}

impl SegmentProgress {
    const fn beginning(segment: Segment) -> Self {
        Self {
            segment: segment.index,
            segments: segment.of,
            notes: 0,
            done: false,
            last_pk: None,
            last_sk: None,
            read: 0,
            seen: 0,
            changed: 0,
        }
    }

    /// The segment.
    #[must_use]
    pub const fn segment(&self) -> Segment {
        Segment {
            index: self.segment,
            of: self.segments,
        }
    }

    /// Where the next page goes on.
    #[must_use]
    pub fn after(&self) -> Option<Key> {
        let (pk, sk) = self.last_pk.clone().zip(self.last_sk.clone())?;
        Some(Key { pk, sk })
    }

    /// Whether this is what noting `page` right after `before` leaves: the note was made, and its answer was lost.
    #[must_use]
    pub fn is_after(&self, before: &Self, page: &PageDone) -> bool {
        let expected = (before.notes + 1, before.changed + page.changed, page.next.as_ref());
        (self.notes, self.changed, self.after().as_ref()) == expected
    }
}

/// A page that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageDone {
    /// Where the next one goes on; `None`: the segment is done.
    pub next: Option<Key>,
    /// Rows of any kind that were read.
    pub read: u64,
    /// Rows of the migration's kind among them.
    pub seen: u64,
    /// Rows that were changed.
    pub changed: u64,
}

impl Store {
    /// How far a migration is, by segments; empty if it has not begun.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn migration_progress(&self, migration: u32) -> Result<Vec<SegmentProgress>, StoreError> {
        let prefix = keys::progress_prefix(migration);
        let query = self.rows(&self.tables.chat, keys::schema_pk(), Part::Begins(&prefix));
        let page = Rows::read(query.consistent_read(true), None).await?;
        page.rows.into_iter().map(read).collect()
    }

    /// Begins a migration of rows in so many segments (at most 100), unless it has begun, and tells how far it is.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Throttled`] if another run begins it at the same time.
    pub async fn begin_migration(&self, migration: u32, segments: u32) -> Result<Vec<SegmentProgress>, StoreError> {
        let found = self.migration_progress(migration).await?;
        if !found.is_empty() {
            return Ok(found);
        }
        let rows: Vec<_> = (0..segments)
            .map(|index| SegmentProgress::beginning(Segment { index, of: segments }))
            .collect();
        let actions = rows.iter().map(|row| {
            let key = keys::progress(migration, row.segment);
            put_new(&self.tables.chat, item(&key, "progress", row)?)
        });
        match self.transact(actions.collect::<Result<_, _>>()?).await? {
            Ok(()) => Ok(rows),
            Err(Cancelled::Condition { .. } | Cancelled::Conflict) => Err(StoreError::Throttled(
                "another run begins the same migration".to_owned(),
            )),
        }
    }

    /// Notes a page and gives the progress with it, if nobody has noted one since `before`; `None` if somebody has.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_page(
        &self,
        migration: u32,
        before: &SegmentProgress,
        page: &PageDone,
    ) -> Result<Option<SegmentProgress>, StoreError> {
        let place = |part: Option<&String>| part.map_or(AttributeValue::Null(true), text);
        let expression = "SET done = :done, last_pk = :pk, last_sk = :sk \
            ADD notes :one, #read :read, seen :seen, changed :changed";
        let answer = self
            .client
            .update_item()
            .table_name(&self.tables.chat)
            .set_key(Some(key_item(&keys::progress(migration, before.segment))))
            .update_expression(expression)
            .set_expression_attribute_names(names(expression))
            .condition_expression("notes = :before")
            .expression_attribute_values(":before", number(before.notes))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":done", AttributeValue::Bool(page.next.is_none()))
            .expression_attribute_values(":pk", place(page.next.as_ref().map(|key| &key.pk)))
            .expression_attribute_values(":sk", place(page.next.as_ref().map(|key| &key.sk)))
            .expression_attribute_values(":read", number(page.read))
            .expression_attribute_values(":seen", number(page.seen))
            .expression_attribute_values(":changed", number(page.changed))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        met(answer)?.and_then(|answer| answer.attributes).map(read).transpose()
    }

    /// How far a segment is.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Damaged`] if the migration has not begun.
    pub async fn segment_progress(&self, migration: u32, segment: u32) -> Result<SegmentProgress, StoreError> {
        let key = keys::progress(migration, segment);
        let row = self.get(&self.tables.chat, &key, true).await?;
        read(row.ok_or_else(|| StoreError::Damaged("a migration without its progress".to_owned()))?)
    }

    /// Adds to what a segment counts as changed: the work of a run whose page another one has noted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_changed(&self, migration: u32, segment: u32, rows: u64) -> Result<(), StoreError> {
        let key = keys::progress(migration, segment);
        self.update_existing(&self.tables.chat, &key, "ADD changed :rows", [(":rows", number(rows))])
            .await?;
        Ok(())
    }

    /// Sets a migration of rows back to its beginning: the next run walks through the whole table again. A run that is under
    /// way meanwhile goes on from there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn restart_migration(&self, migration: u32) -> Result<(), StoreError> {
        for row in self.migration_progress(migration).await? {
            let key = keys::progress(migration, row.segment);
            self.update_existing(
                &self.tables.chat,
                &key,
                "SET done = :no, last_pk = :none, last_sk = :none, #read = :zero, seen = :zero, changed = :zero ADD notes :one",
                [
                    (":no", AttributeValue::Bool(false)),
                    (":none", AttributeValue::Null(true)),
                    (":zero", number(0)),
                    (":one", number(1)),
                ],
            )
            .await?;
        }
        self.forget_migration(migration).await
    }
}
