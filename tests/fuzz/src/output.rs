//! All that is printed.

#![expect(clippy::print_stdout, reason = "a command-line program speaks on standard output")]

/// One line, or several.
pub(crate) fn say(text: &str) {
    println!("{text}");
}
