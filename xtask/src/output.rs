//! All that xtask prints of its own; the tools it runs print for themselves.

#![expect(clippy::print_stdout, reason = "a command-line program speaks on standard output")]

use std::time::Duration;

/// One line, or several.
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// What went wrong, on standard error.
pub(crate) fn complain(text: &str) {
    eprintln!("xtask: {text}");
}

/// The heading above what a step prints.
pub(crate) fn heading(name: &str, about: &str) {
    println!("\n== {name}: {about}");
}

/// The line under what a step printed.
pub(crate) fn closing(name: &str, result: &str, took: Duration, note: &str) {
    let note = if note.is_empty() {
        String::new()
    } else {
        format!(": {note}")
    };
    println!("== {name}: {result} in {}{note}", time(took));
}

/// One row of the table at the end.
pub(crate) fn row(name: &str, result: &str, took: &str, note: &str) {
    println!("{}", format!("{name:<20} {result:<8} {took:>9}  {note}").trim_end());
}

/// A duration for people: `0.4 s`, `73 s`, `12 min 5 s`.
pub(crate) fn time(took: Duration) -> String {
    match took.as_secs() {
        0..10 => format!("{:.1} s", took.as_secs_f32()),
        seconds @ 10..120 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!(time(Duration::from_millis(420)), "0.4 s");
        assert_eq!(time(Duration::from_secs(73)), "73 s");
        assert_eq!(time(Duration::from_secs(725)), "12 min 5 s");
    }
}
