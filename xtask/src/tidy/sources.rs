//! Rules for code: short files with a header, no `mod.rs`, nothing left undone, key text in one place.

use super::files::Text;

/// Lines of a Rust file that are not tests.
const LONGEST: usize = 400;

/// Words that mark unfinished work; written in halves so that this file is not a breach.
const UNFINISHED: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
];

/// The one place where key text of the tables is made.
const KEYS: &str = "shared/store/src/keys";

/// What is wrong with one file.
pub(super) fn breaches(file: &Text) -> Vec<String> {
    let mut breaches = unfinished(file);
    if file.path.ends_with(".rs") {
        breaches.extend(shape(file));
        breaches.extend(key_text(file));
    }
    breaches
}

fn unfinished(file: &Text) -> Vec<String> {
    if file.path.ends_with(".lock") || file.path.ends_with("package-lock.json") {
        return Vec::new();
    }
    let marked = |line: &str| UNFINISHED.into_iter().find(|word| line.contains(word));
    let lines = file.content.lines().enumerate();
    lines
        .filter_map(|(n, line)| Some(at(file, n, &format!("`{}`: unfinished work", marked(line)?))))
        .collect()
}

fn shape(file: &Text) -> Vec<String> {
    let mut breaches = Vec::new();
    if file.path.ends_with("/mod.rs") {
        breaches.push(at(file, 0, "a module is `name.rs` beside the folder `name`"));
    }
    if !file.content.trim_start().starts_with("//!") {
        breaches.push(at(file, 0, "no `//!` header that says what the file is for"));
    }
    let length = product_lines(file).count();
    if length > LONGEST {
        breaches.push(at(
            file,
            LONGEST,
            &format!("{length} lines; a file has {LONGEST} at most, tests aside"),
        ));
    }
    breaches
}

/// Strings with `#` beside a value, in the crates that make requests of the tables.
fn key_text(file: &Text) -> Vec<String> {
    let concerned = file.path.starts_with("shared/") || file.path.starts_with("migrations/");
    if !concerned || file.path.starts_with(KEYS) {
        return Vec::new();
    }
    let lines = product_lines(file).enumerate();
    let made = lines.filter(|(_, line)| !line.trim_start().starts_with("//") && makes_key_text(line));
    made.map(|(n, _)| at(file, n, "key text is made only in `shared/store/src/keys.rs`"))
        .collect()
}

/// Whether a line holds `format!("…#…{…}…")` with the `#` right after text or a value. A `#` inside braces is a way of
/// formatting, and one after a space or at the start names an attribute in an expression.
fn makes_key_text(line: &str) -> bool {
    let Some((_, after)) = line.split_once("format!(\"") else {
        return false;
    };
    let Some((text, _)) = after.split_once('"') else {
        return false;
    };
    let (mut depth, mut hash, mut before) = (0_usize, false, ' ');
    for character in text.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '#' if depth == 0 => hash |= before == '}' || before.is_alphanumeric(),
            _ => {}
        }
        before = character;
    }
    hash && text.contains('{')
}

/// The lines above the tests; none of a file that is all tests.
fn product_lines(file: &Text) -> impl Iterator<Item = &str> {
    let tests = ["tests/", "bench/"].iter().any(|folder| file.path.starts_with(folder))
        || ["/tests/", "/tests.rs", "_tests.rs"]
            .iter()
            .any(|part| file.path.contains(part));
    let all = if tests { "" } else { file.content.as_str() };
    all.lines().take_while(|line| line.trim_end() != "#[cfg(test)]")
}

fn at(file: &Text, line: usize, what: &str) -> String {
    format!("{}:{}: {what}", file.path, line + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, content: &str) -> Text {
        Text {
            path: path.to_owned(),
            content: content.to_owned(),
        }
    }

    #[test]
    fn a_tidy_file_has_no_breach() {
        let content = "//! What it is for.\n\nfn debug(id: u8) -> String {\n    format!(\"{id:#x}\")\n}\n\
            fn name(id: u8) -> String {\n    format!(\"#{id}\")\n}\n";
        assert!(breaches(&file("shared/store/src/room.rs", content)).is_empty());
    }

    #[test]
    fn each_rule_is_found() {
        let header = "//! Purpose.\n";
        let long = format!("{header}{}", "//\n".repeat(LONGEST));
        let marked = format!("{header}// {} later\n", UNFINISHED[0]);
        let cases = [
            ("gateway/src/mod.rs", header.to_owned()),
            ("gateway/src/lib.rs", "fn f() {}\n".to_owned()),
            ("gateway/src/lib.rs", long),
            ("gateway/src/lib.rs", marked),
            (
                "shared/service/src/x.rs",
                format!("{header}let key = format!(\"room#{{id}}\");\n"),
            ),
        ];
        for (path, content) in cases {
            assert_eq!(breaches(&file(path, &content)).len(), 1, "{path}");
        }
    }

    #[test]
    fn tests_may_be_long_and_keys_are_made_in_one_place() {
        let long = format!(
            "//! Purpose.\n#[cfg(test)]\nmod tests {{\n{}}}\n",
            "//\n".repeat(LONGEST)
        );
        assert!(breaches(&file("gateway/src/lib.rs", &long)).is_empty());
        let key = "//! Purpose.\nlet key = format!(\"room#{id}\");\n";
        assert!(breaches(&file("shared/store/src/keys.rs", key)).is_empty());
    }
}
