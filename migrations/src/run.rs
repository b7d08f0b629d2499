//! One run of what is missing: how fast, what it is told of, and which kinds of migrations.

use std::fmt;
use std::num::NonZeroU32;

use parlour_store::domain::Timestamp;
use parlour_store::{Store, StoreError};

use crate::pace::Pace;
use crate::patience::patiently;
use crate::status::Progress;
use crate::{MIGRATIONS, Migration, Step, status, walk};

/// Rows that are read at once, if nothing else is said: at a gentle rate, a run that is killed repeats no more than seconds.
const PAGE: u32 = 250;

/// Hears of a run's progress after each page.
type Observer<'a> = &'a (dyn Fn(&'static Migration, Progress) + Send + Sync);

/// A run. It may be dropped at any point, and runs of several processes may go side by side.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    pub(crate) store: &'a Store,
    pub(crate) observe: Observer<'a>,
    pub(crate) page: u32,
    rate: Option<NonZeroU32>,
}

impl fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("page", &self.page)
            .field("rate", &self.rate)
            .finish_non_exhaustive()
    }
}

impl<'a> Run<'a> {
    /// A run as fast as it can be, that tells nobody of its progress.
    #[must_use]
    pub fn new(store: &'a Store) -> Self {
        Self {
            store,
            observe: &|_, _| (),
            page: PAGE,
            rate: None,
        }
    }

    /// Takes at most so many capacity units of the table a second, reading and writing together. `None`: no limit.
    #[must_use]
    pub const fn rate(self, units: Option<NonZeroU32>) -> Self {
        Self { rate: units, ..self }
    }

    /// Tells this of its progress after each page of a migration of rows.
    #[must_use]
    pub const fn observe(self, observe: Observer<'a>) -> Self {
        Self { observe, ..self }
    }

    /// Reads so many rows at once, and notes its progress as often.
    #[must_use]
    pub const fn page(self, rows: NonZeroU32) -> Self {
        Self {
            page: rows.get(),
            ..self
        }
    }

    /// Applies what is missing, in order, and answers with what it applied.
    ///
    /// # Errors
    /// [`StoreError`]; run it again, it goes on where it stopped.
    pub async fn all(self, now: Timestamp) -> Result<Vec<&'static Migration>, StoreError> {
        self.apply(now, |_| true).await
    }

    /// The same with the migrations of the schema alone, which are quick: what has to be before a server begins to serve.
    ///
    /// # Errors
    /// As [`Self::all`].
    pub async fn schema(self, now: Timestamp) -> Result<Vec<&'static Migration>, StoreError> {
        self.apply(now, |step| matches!(step, Step::Schema(_))).await
    }

    /// Sets the migrations of rows back to their beginning, so that the next run walks through the table again: it finds rows
    /// that the code before them wrote after the last one. What it needs not change, it does not write.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn restart(self) -> Result<(), StoreError> {
        for migration in MIGRATIONS {
            if matches!(migration.step, Step::Rows(_)) && self.store.tables_exist().await? {
                self.store.restart_migration(migration.number).await?;
            }
        }
        Ok(())
    }

    async fn apply(self, now: Timestamp, meant: fn(&Step) -> bool) -> Result<Vec<&'static Migration>, StoreError> {
        let pace = Pace::new(self.rate);
        let mut done = Vec::new();
        for status in status(self.store).await? {
            let migration = status.migration;
            if status.applied_at.is_some() || !meant(&migration.step) {
                continue;
            }
            match &migration.step {
                Step::Schema(apply) => apply(self.store).await?,
                Step::Rows(rows) => walk::walk(self, migration, rows, &pace).await?,
            }
            patiently(|| self.store.note_migration(migration.number, now)).await?;
            done.push(migration);
        }
        Ok(done)
    }
}
