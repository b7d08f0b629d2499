//! How a migration of rows or an import shows how far it is: a bar on a terminal, else a line every few seconds. On standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use parlour_migrations::{Migration, Progress};

/// The pause between two lines.
const EVERY: Duration = Duration::from_secs(5);
/// The bar, and what stands beside it.
const BAR: &str = "{msg} [{bar:30}] {percent:>3} %, {eta} left";

/// What shows the progress.
pub(super) struct Display {
    /// On a terminal.
    bar: Option<ProgressBar>,
    /// Rows that the table has, about.
    rows: u64,
    /// When the last line was written, or the first could have been: what is quick says nothing.
    said: Mutex<Instant>,
}

impl Display {
    /// For a table of about so many rows.
    pub(super) fn new(rows: u64) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(rows).with_style(style)
        });
        Self {
            bar,
            rows,
            said: Mutex::new(Instant::now()),
        }
    }

    /// Shows how far a migration is.
    pub(super) fn show(&self, migration: &Migration, progress: Progress) {
        let text = format!("{:04}  {}: {}", migration.number, migration.name, counted(&progress));
        self.tell(&text, progress.read);
    }

    /// Shows that so many rows are done.
    pub(super) fn tell(&self, text: &str, done: u64) {
        if let Some(bar) = &self.bar {
            // A table's size is an estimate, hours old on AWS.
            bar.set_length(self.rows.max(done));
            bar.set_message(text.to_owned());
            bar.set_position(done);
            return;
        }
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if said.elapsed() >= EVERY {
            *said = Instant::now();
            // A closed standard error is no reason to stop.
            let _ = writeln!(io::stderr(), "{text} (of about {})", self.rows);
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// What was done, in words.
pub(super) fn counted(progress: &Progress) -> String {
    format!("{} rows read, {} changed", progress.read, progress.changed)
}
