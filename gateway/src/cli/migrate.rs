//! `parlour migrate`: the schema and the data, brought up to date.

use parlour_migrations::{Migration, status, up};

use super::app::{close, open};
use super::arguments::MigrateCommand;
use super::{Failure, say};
use crate::clock;

pub(super) async fn run(command: MigrateCommand) -> Result<(), Failure> {
    match command {
        MigrateCommand::Up { place } => {
            let backend = open(place).await?;
            let applied = up(&backend.engine.store, clock::moment().now).await?;
            for migration in &applied {
                say(&line(migration, "applied now"))?;
            }
            if applied.is_empty() {
                say("everything is applied")?;
            }
            close(backend).await
        }
        MigrateCommand::Status { place } => {
            let backend = open(place).await?;
            for status in status(&backend.engine.store).await? {
                let when = status
                    .applied_at
                    .map_or("missing".to_owned(), |at| format!("applied {at}"));
                say(&line(status.migration, &when))?;
            }
            close(backend).await
        }
    }
}

fn line(migration: &Migration, state: &str) -> String {
    format!("{:04}  {}  {state}", migration.number, migration.name)
}
