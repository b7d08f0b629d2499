//! Numbered migrations of schema and data, and the code that applies them.
//!
//! A migration is repeatable: applied twice, or broken off and applied again, it leaves the same state. It is safe while the code
//! before it and the code after it both serve (expand first, contract in a later one). The number of each applied one is noted in
//! the chat table, so the first one, which makes the tables, is also what makes the notes possible.

mod m0001_tables;

use std::future::Future;
use std::pin::Pin;

use parlour_store::domain::Timestamp;
use parlour_store::{Store, StoreError};

type Applying<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'a>>;

/// One step of the schema's history.
#[derive(Debug)]
pub struct Migration {
    /// Its place in that history: 1, 2, 3, …
    pub number: u32,
    /// What it does, in a few words.
    pub name: &'static str,
    apply: fn(&Store) -> Applying<'_>,
}

/// All migrations, in order.
pub const MIGRATIONS: &[Migration] = &[m0001_tables::MIGRATION];

/// A migration and when it was applied to a store, if it was.
#[derive(Debug)]
pub struct Status {
    /// The migration.
    pub migration: &'static Migration,
    /// When it was applied.
    pub applied_at: Option<Timestamp>,
}

/// What has been applied to this store.
///
/// # Errors
/// [`StoreError`].
pub async fn status(store: &Store) -> Result<Vec<Status>, StoreError> {
    let applied = if store.tables_exist().await? {
        store.applied_migrations().await?
    } else {
        Vec::new()
    };
    let at = |number| applied.iter().find(|(done, _)| *done == number).map(|(_, at)| *at);
    Ok(MIGRATIONS
        .iter()
        .map(|migration| Status {
            migration,
            applied_at: at(migration.number),
        })
        .collect())
}

/// Applies what has not been applied yet, in order, and answers with those it applied.
///
/// # Errors
/// [`StoreError`]; run it again, it goes on where it stopped.
pub async fn up(store: &Store, now: Timestamp) -> Result<Vec<&'static Migration>, StoreError> {
    let mut done = Vec::new();
    for status in status(store).await? {
        if status.applied_at.is_none() {
            (status.migration.apply)(store).await?;
            store.note_migration(status.migration.number, now).await?;
            done.push(status.migration);
        }
    }
    Ok(done)
}
