//! `parlour migrate`: the schema and the data, brought up to date.

use std::num::NonZeroU32;

use parlour_migrations::{GENTLE, Migration, Run, Status, status};

use super::app::{close, open};
use super::arguments::{MigrateCommand, PlaceArguments};
use super::progress::{Display, counted};
use super::{Failure, say};
use crate::clock;

pub(super) async fn run(command: MigrateCommand) -> Result<(), Failure> {
    match command {
        MigrateCommand::Up { place, rate, again } => up(place, rate, again).await,
        MigrateCommand::Status { place } => {
            let backend = open(place).await?;
            for status in status(&backend.engine.store).await? {
                say(&line(status.migration, &state(&status)))?;
            }
            close(backend).await
        }
    }
}

async fn up(place: PlaceArguments, rate: Option<NonZeroU32>, again: bool) -> Result<(), Failure> {
    // Nobody else can use the embedded engine meanwhile; elsewhere Parlour may be serving.
    let rate = rate.or_else(|| place.dynamodb().map(|_| GENTLE));
    let backend = open(place).await?;
    let (store, now) = (&backend.engine.store, clock::moment().now);
    let run = Run::new(store).rate(rate);
    if again {
        run.restart().await?;
    }
    let mut applied = run.schema(now).await?;
    let display = Display::new(store.chat_rows().await?);
    let rows = run
        .observe(&|migration, progress| display.show(migration, progress))
        .all(now)
        .await;
    display.end();
    applied.extend(rows?);
    for migration in &applied {
        say(&line(migration, "applied now"))?;
    }
    if applied.is_empty() {
        say("everything is applied")?;
    }
    close(backend).await
}

fn state(status: &Status) -> String {
    match (status.applied_at, &status.progress) {
        (Some(at), None) => format!("applied {at}"),
        (Some(at), Some(progress)) => format!("applied {at}: {}", counted(progress)),
        (None, Some(progress)) => format!(
            "begun: {}; {} of {} parts done",
            counted(progress),
            progress.segments_done,
            progress.segments
        ),
        (None, None) => "missing".to_owned(),
    }
}

fn line(migration: &Migration, state: &str) -> String {
    format!("{:04}  {}  {state}", migration.number, migration.name)
}
