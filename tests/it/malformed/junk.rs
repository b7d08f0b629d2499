//! Wrong values, as JSON text, for a field of which a right one is known.

use serde_json::Value;

/// Values of every type; those of the field's own type are left out, because they may be right.
const OTHERS: [&str; 9] = [
    "true",
    "7",
    "-7",
    "1.5",
    "[]",
    "[[\"a\"]]",
    "{}",
    "{\"$gt\":\"\"}",
    "\"x\"",
];

/// Texts that no field takes.
const TEXTS: [&str; 6] = [
    "\"\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"a\\u001b[31m\"",
    "\" \"",
];
/// Numbers that no field takes.
const NUMBERS: [&str; 7] = [
    "-1",
    "1.5",
    "1e30",
    "1e999",
    "281474976710656",
    "18446744073709551616",
    "1e-400",
];

/// Everything that `right` cannot be replaced with.
pub(super) fn instead_of(right: &Value) -> Vec<String> {
    let own = |text: &str| {
        let value: Value = serde_json::from_str(text).unwrap();
        std::mem::discriminant(&value) == std::mem::discriminant(right)
    };
    let mut junk: Vec<String> = OTHERS
        .iter()
        .filter(|text| !own(text))
        .map(|text| (*text).to_owned())
        .collect();
    match right {
        Value::String(_) => junk.extend(TEXTS.map(str::to_owned)),
        Value::Number(_) => junk.extend(NUMBERS.map(str::to_owned)),
        Value::Object(_) => junk.extend([
            format!("{{\"a\":\"{}\"}}", "x".repeat(4100)),
            format!("{}1{}", "{\"a\":".repeat(40), "}".repeat(40)),
            "{\"a\":\"\\ud800\"}".to_owned(),
            "{\"a\":1e999}".to_owned(),
        ]),
        Value::Array(_) => junk.extend([
            "[null]".to_owned(),
            "[\"x\"]".to_owned(),
            "[{}]".to_owned(),
            format!("[{}\"x\"]", "\"x\",".repeat(50)),
        ]),
        Value::Null | Value::Bool(_) => {}
    }
    junk.push(nested(200));
    junk
}

/// Arrays and objects in each other, more than any request has.
pub(super) fn deep(levels: usize) -> [String; 2] {
    [nested(levels), "{\"a\":".repeat(levels)]
}

/// `[[[…]]]`.
fn nested(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

/// An object's text with one field's value replaced by a text that may be no JSON.
pub(super) fn with(object: &Value, field: &str, text: &str) -> String {
    let fields: Vec<String> = object
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| match name == field {
            true => format!("{name:?}:{text}"),
            false => format!("{name:?}:{value}"),
        })
        .collect();
    format!("{{{}}}", fields.join(","))
}

/// An object's text with something added at its end.
pub(super) fn and(object: &Value, addition: &str) -> String {
    let text = object.to_string();
    let separator = if text == "{}" { "" } else { "," };
    format!("{}{separator}{addition}}}", &text[..text.len() - 1])
}

/// Fields that a client must not be able to set anywhere.
pub(super) const UNKNOWN: [&str; 8] = [
    "\"app_id\":\"x\"",
    "\"id\":\"x\"",
    "\"is_admin\":true",
    "\"created_at\":\"2020-01-01T00:00:00.000Z\"",
    "\"sender\":\"x\"",
    "\"__proto__\":{}",
    "\"\":1",
    "\"Name\":\"x\"",
];

/// Texts that are no JSON object.
pub(super) fn not_objects() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "null",
        "true",
        "7",
        "\"x\"",
        "[]",
        "[{}]",
        "{",
        "{\"",
        "{\"a\"",
        "{\"a\":}",
        "{}{}",
        "{},",
        "{'a':1}",
        "\u{feff}{}",
        "NaN",
        "{\"a\":NaN}",
        "undefined",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.extend(deep(200));
    texts
}
