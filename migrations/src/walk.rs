//! The walk of a migration through the table: its segments side by side, page by page, each page noted when it is done.

use std::sync::{Mutex, PoisonError};

use futures_util::future::try_join_all;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_store::scan::ScannedRow;
use parlour_store::{PageDone, SegmentProgress, StoreError};

use crate::pace::Pace;
use crate::patience::patiently;
use crate::run::Run;
use crate::status::Progress;
use crate::{Applying, Migration, Rows};

/// Parts of the table that are walked side by side, in a migration that begins now.
const SEGMENTS: u32 = 4;
/// Rows of a page that are changed at once.
const AT_ONCE: usize = 16;
/// Write units of a changed row: the row, and its place in the index.
const WRITE_UNITS: f64 = 2.0;

/// A walk under way.
struct Walk<'a> {
    run: Run<'a>,
    migration: &'static Migration,
    rows: &'a Rows,
    pace: &'a Pace,
    /// By segment.
    progress: Mutex<Vec<SegmentProgress>>,
}

/// Walks through what is left of the table.
pub(crate) async fn walk(
    run: Run<'_>,
    migration: &'static Migration,
    rows: &Rows,
    pace: &Pace,
) -> Result<(), StoreError> {
    let begun = patiently(|| run.store.begin_migration(migration.number, SEGMENTS)).await?;
    let walk = Walk {
        run,
        migration,
        rows,
        pace,
        progress: Mutex::new(begun.clone()),
    };
    walk.tell(&begun[..0]);
    try_join_all(begun.into_iter().map(|segment| walk.segment(segment))).await?;
    Ok(())
}

impl Walk<'_> {
    async fn segment(&self, mut at: SegmentProgress) -> Result<(), StoreError> {
        while !at.done {
            let page = self.page(&at).await?;
            at = self.note(&at, &page).await?;
            self.tell(std::slice::from_ref(&at));
        }
        Ok(())
    }

    /// Reads a page and changes its rows.
    async fn page(&self, at: &SegmentProgress) -> Result<PageDone, StoreError> {
        let (store, after) = (self.run.store, at.after());
        self.pace.spend(0.0).await;
        let scan = || store.scan(self.rows.kind, at.segment(), after.as_ref(), self.run.page);
        let page = patiently(scan).await?;
        self.pace.spend(page.units).await;
        let seen = page.rows.len();
        // Boxed one by one: what the compiler would have to prove of the whole stream is beyond it.
        let changes = page
            .rows
            .into_iter()
            .map(|row| -> Applying<'_, bool> { Box::pin(self.change(row)) });
        let changes: Vec<bool> = stream::iter(changes).buffer_unordered(AT_ONCE).try_collect().await?;
        let count = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
        Ok(PageDone {
            next: page.next,
            read: page.read,
            seen: count(seen),
            changed: count(changes.into_iter().filter(|changed| *changed).count()),
        })
    }

    async fn change(&self, row: ScannedRow) -> Result<bool, StoreError> {
        let changed = patiently(|| (self.rows.change)(self.run.store, row.clone())).await?;
        if changed {
            self.pace.spend(WRITE_UNITS).await;
        }
        Ok(changed)
    }

    /// Notes a page, or goes on from the note of another run that was here first.
    async fn note(&self, before: &SegmentProgress, page: &PageDone) -> Result<SegmentProgress, StoreError> {
        let (store, number) = (self.run.store, self.migration.number);
        if let Some(noted) = patiently(|| store.note_page(number, before, page)).await? {
            return Ok(noted);
        }
        let found = patiently(|| store.segment_progress(number, before.segment)).await?;
        if page.changed > 0 && !found.is_after(before, page) {
            patiently(|| store.count_changed(number, before.segment, page.changed)).await?;
        }
        Ok(found)
    }

    /// Tells the observer, with what is new.
    fn tell(&self, new: &[SegmentProgress]) {
        let mut all = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        for segment in new {
            if let Some(known) = all.iter_mut().find(|known| known.segment == segment.segment) {
                known.clone_from(segment);
            }
        }
        (self.run.observe)(self.migration, Progress::of(all.iter()));
    }
}
