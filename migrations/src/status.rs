//! What has been applied to a store, and how far the rest is.

use parlour_store::domain::Timestamp;
use parlour_store::{SegmentProgress, Store, StoreError};

use crate::{MIGRATIONS, Migration, Step};

/// A migration and how far it is in a store.
#[derive(Debug)]
pub struct Status {
    /// The migration.
    pub migration: &'static Migration,
    /// When it was applied, if it was.
    pub applied_at: Option<Timestamp>,
    /// How far a migration of rows is, or was when it was done; `None` if it has not begun.
    pub progress: Option<Progress>,
}

/// How far a migration of rows is, in all segments together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Segments that are done.
    pub segments_done: u32,
    /// All segments.
    pub segments: u32,
    /// Rows of any kind that were read.
    pub read: u64,
    /// Rows of the migration's kind that were read.
    pub seen: u64,
    /// Rows that were changed, at least.
    pub changed: u64,
}

impl Progress {
    pub(crate) fn of<'a>(segments: impl IntoIterator<Item = &'a SegmentProgress>) -> Self {
        segments.into_iter().fold(Self::default(), |sum, segment| Self {
            segments_done: sum.segments_done + u32::from(segment.done),
            segments: sum.segments + 1,
            read: sum.read + segment.read,
            seen: sum.seen + segment.seen,
            changed: sum.changed + segment.changed,
        })
    }
}

/// What has been applied to this store.
///
/// # Errors
/// [`StoreError`].
pub async fn status(store: &Store) -> Result<Vec<Status>, StoreError> {
    let exists = store.tables_exist().await?;
    let applied = if exists {
        store.applied_migrations().await?
    } else {
        Vec::new()
    };
    let mut all = Vec::with_capacity(MIGRATIONS.len());
    for migration in MIGRATIONS {
        let progress = match migration.step {
            Step::Rows(_) if exists => store.migration_progress(migration.number).await?,
            Step::Rows(_) | Step::Schema(_) => Vec::new(),
        };
        all.push(Status {
            migration,
            applied_at: applied
                .iter()
                .find(|(done, _)| *done == migration.number)
                .map(|(_, at)| *at),
            progress: (!progress.is_empty()).then(|| Progress::of(&progress)),
        });
    }
    Ok(all)
}
