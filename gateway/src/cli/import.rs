//! `parlour import`: users, rooms and messages of another chat service.

use std::sync::atomic::{AtomicU64, Ordering};

use parlour_domain::AppId;
use parlour_service::apps;

use super::app::{close, open_migrated, unknown};
use super::arguments::ImportArguments;
use super::progress::Display;
use super::{Failure, say};
use crate::clock;
use crate::import::{Counts, Gathered, Key, Ruled, Writer, gather};

pub(super) async fn run(arguments: ImportArguments) -> Result<(), Failure> {
    let app = AppId::parse(&arguments.app)?;
    let ruled = Ruled {
        folder: arguments.folder,
        key: arguments.encryption_key_file.as_deref().map(Key::read).transpose()?,
        source_app: arguments.source_app,
        skip_bad_rows: arguments.skip_bad_rows,
    };
    let service = arguments.from;
    let gathered = tokio::task::spawn_blocking(move || gather(service, ruled)).await??;
    report_rows(&gathered)?;
    if arguments.check {
        let (users, rooms, messages) = (gathered.users(), gathered.rooms, gathered.messages);
        return say(&format!(
            "{users} users, {rooms} rooms and {messages} messages could be imported"
        ));
    }
    let backend = open_migrated(arguments.place).await?;
    apps::get(&backend.parlour, &app).await.map_err(unknown)?;
    let all = gathered.users() + gathered.rooms + gathered.messages;
    let display = Display::new(all);
    let writer = Writer {
        store: &backend.engine.store,
        app: &app,
        watch: &|counts| display.tell(&line(counts), counts.done()),
    };
    let written = writer.write(&mut clock::moment(), gathered).await;
    display.end();
    let outcome = match written {
        Ok(counts) => summary(counts),
        Err(stopped) => {
            Err(format!("{stopped}; what was written stays, and the same command goes on from there").into())
        }
    };
    close(backend).await?;
    outcome
}

fn of((all, new): &(AtomicU64, AtomicU64)) -> (u64, u64) {
    (all.load(Ordering::Relaxed), new.load(Ordering::Relaxed))
}

fn line(counts: &Counts) -> String {
    let (users, rooms, messages) = (of(&counts.users).0, of(&counts.rooms).0, of(&counts.messages).0);
    format!("{users} users, {rooms} rooms, {messages} messages")
}

fn report_rows(gathered: &Gathered) -> Result<(), Failure> {
    if gathered.passed_over > 0 {
        let rows = gathered.passed_over;
        say(&format!(
            "{rows} rows of what is deleted, or of another app, are passed over"
        ))?;
    }
    let (bad, shown) = &gathered.bad;
    if *bad > 0 {
        say(&format!("{bad} bad rows are left out:"))?;
        shown.iter().try_for_each(|row| say(&format!("  {row}")))?;
    }
    Ok(())
}

fn summary(counts: Counts) -> Result<(), Failure> {
    for (name, counted) in [
        ("users", &counts.users),
        ("rooms", &counts.rooms),
        ("messages", &counts.messages),
    ] {
        let (all, new) = of(counted);
        say(&format!("{name:<10} {all}, {new} of them new"))?;
    }
    let (refused, shown) = counts.refused();
    if refused == 0 {
        return Ok(());
    }
    let shown = shown.join("\n  ");
    Err(format!("{refused} rooms are not imported to their end:\n  {shown}").into())
}
