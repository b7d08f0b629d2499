//! Patterns, with wildcards or as expressions; both take time in proportion to what they look at.

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::must_be;
use crate::dialect::sourceloop::model::Kind;
use crate::dialect::sourceloop::problem::Detail;

/// Longest pattern.
const PATTERN_BYTES: usize = 256;
/// Most that a pattern may take when it is made ready: what it costs to look at a row with it grows with that.
const PATTERN_SIZE: usize = 64 * 1024;

fn pattern<'a>(kind: Kind, value: &'a Value, path: &str) -> Result<&'a str, Detail> {
    let text = value.as_str().filter(|_| kind == Kind::Text);
    let text = text.ok_or_else(|| must_be(path, "string"))?;
    if text.len() > PATTERN_BYTES {
        let rule = format!("must NOT have more than {PATTERN_BYTES} characters");
        return Err(Detail::new(path, "maxLength", rule));
    }
    Ok(text)
}

/// `%` is any text and `_` any character; `\` takes that from the next one.
pub(super) fn wildcards(kind: Kind, value: &Value, path: &str, ignore_case: bool) -> Result<Regex, Detail> {
    let mut expression = String::from("^");
    let mut characters = pattern(kind, value, path)?.chars();
    while let Some(character) = characters.next() {
        match character {
            '%' => expression.push_str(".*"),
            '_' => expression.push('.'),
            '\\' => expression.push_str(&regex::escape(&characters.next().unwrap_or('\\').to_string())),
            other => expression.push_str(&regex::escape(&other.to_string())),
        }
    }
    expression.push('$');
    compiled(&expression, path, (ignore_case, true, false))
}

/// An expression, or one between slashes with flags behind it. It takes linear time: there is no looking around and no going back.
pub(super) fn expression(kind: Kind, value: &Value, path: &str, ignore_case: bool) -> Result<Regex, Detail> {
    let text = pattern(kind, value, path)?;
    let parts = text.strip_prefix('/').and_then(|text| text.rsplit_once('/'));
    let (text, flags) = parts.unwrap_or((text, ""));
    if let Some(other) = flags.chars().find(|flag| !"gimsu".contains(*flag)) {
        return Err(Detail::new(path, "pattern", format!("must have no flag {other:?}")));
    }
    let has = |flag| flags.contains(flag);
    compiled(text, path, (ignore_case || has('i'), has('s'), has('m')))
}

fn compiled(text: &str, path: &str, (ignore_case, dot, lines): (bool, bool, bool)) -> Result<Regex, Detail> {
    RegexBuilder::new(text)
        .case_insensitive(ignore_case)
        .dot_matches_new_line(dot)
        .multi_line(lines)
        .size_limit(PATTERN_SIZE)
        .dfa_size_limit(PATTERN_SIZE)
        .build()
        .map_err(|_| {
            Detail::new(
                path,
                "pattern",
                "must be an expression of linear time, and not too large",
            )
        })
}
