//! Numbered migrations of schema and data, and the code that applies them.
//!
//! A migration is repeatable: applied twice, or broken off and applied again, it leaves the same state. It is safe while the code
//! before it and the code after it both serve (expand first, contract in a later one). The number of each applied one is noted in
//! the chat table, so the first one, which makes the tables, is also what makes the notes possible.
//!
//! There are two kinds. A migration of the schema is quick and comes before the code that needs it. A migration of rows walks
//! through the chat table in segments, page by page, changes each row of one kind by a conditional write, and notes after each
//! page how far it is: it may take hours, beside the code that serves. So nothing may need a migration of rows to be complete,
//! and no migration of the schema may need one at all.

mod m0001_tables;
mod m0002_room_names;
mod pace;
mod patience;
mod run;
mod status;
mod walk;

use std::future::Future;
use std::num::NonZeroU32;
use std::pin::Pin;

use parlour_store::domain::Timestamp;
use parlour_store::scan::ScannedRow;
use parlour_store::{Store, StoreError};

pub use run::Run;
pub use status::{Progress, Status, status};

type Applying<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// One step of the schema's history.
#[derive(Debug)]
pub struct Migration {
    /// Its place in that history: 1, 2, 3, …
    pub number: u32,
    /// What it does, in a few words.
    pub name: &'static str,
    step: Step,
}

/// What a migration does.
#[derive(Debug)]
enum Step {
    /// Something quick with the tables.
    Schema(fn(&Store) -> Applying<'_, ()>),
    /// Something with every row of one kind.
    Rows(Rows),
}

/// A change of every row of one kind.
#[derive(Debug)]
struct Rows {
    /// The kind.
    kind: &'static str,
    /// Changes a row, if it still has the old form; whether it did. It is repeatable, and passes by what is newer.
    change: fn(&Store, ScannedRow) -> Applying<'_, bool>,
}

/// All migrations, in order.
pub const MIGRATIONS: &[Migration] = &[m0001_tables::MIGRATION, m0002_room_names::MIGRATION];

/// Capacity units a second that leave a table to its work: an eighth of what DynamoDB gives any table at once, and a quarter
/// of what one partition of the index takes.
pub const GENTLE: NonZeroU32 = NonZeroU32::new(500).expect("not 0");

/// Applies what has not been applied yet, in order, as fast as it can, and answers with those it applied.
///
/// # Errors
/// [`StoreError`]; run it again, it goes on where it stopped.
pub async fn up(store: &Store, now: Timestamp) -> Result<Vec<&'static Migration>, StoreError> {
    Run::new(store).all(now).await
}
