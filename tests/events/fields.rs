//! Which fields an event has, as paths: `a.b`, and `a[].b` for what is in a list.

use std::collections::BTreeSet;

use serde_json::Value;

/// The paths of all fields that have a value. Names of headers are in lower case: HTTP does not tell them apart.
pub(crate) fn fields(event: &Value) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    collect(event, "", &mut paths);
    paths
}

fn collect(value: &Value, path: &str, paths: &mut BTreeSet<String>) {
    match value {
        Value::Null => return,
        Value::Object(members) => {
            let of_headers = path == "headers" || path == "multiValueHeaders";
            for (name, member) in members {
                let name = if of_headers {
                    name.to_ascii_lowercase()
                } else {
                    name.clone()
                };
                let member_path = if path.is_empty() {
                    name
                } else {
                    format!("{path}.{name}")
                };
                collect(member, &member_path, paths);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect(item, &format!("{path}[]"), paths);
            }
        }
        _ => {}
    }
    if !path.is_empty() {
        paths.insert(path.to_owned());
    }
}

/// The fields of `whole` that `other` lacks; of a field that is lacking as a whole, not what would be in it.
pub(crate) fn lacking(whole: &Value, other: &Value) -> Vec<String> {
    let there = fields(other);
    let missing: BTreeSet<String> = fields(whole).difference(&there).cloned().collect();
    let above = |path: &str| {
        let inside = missing
            .iter()
            .filter(|outer| path.len() > outer.len() && path.starts_with(outer.as_str()));
        inside
            .into_iter()
            .any(|outer| path[outer.len()..].starts_with(['.', '[']))
    };
    missing.iter().filter(|path| !above(path)).cloned().collect()
}

#[test]
fn what_is_lacking_is_named_once() {
    let whole =
        serde_json::json!({ "a": { "b": [{ "c": 1 }], "d": null }, "headers": { "Host": "x" }, "ab": { "c": 2 } });
    assert_eq!(lacking(&whole, &serde_json::json!({})), ["a", "ab", "headers"]);
    let other = serde_json::json!({ "a": { "b": [] }, "headers": { "host": "y" }, "ab": { "c": null } });
    assert_eq!(lacking(&whole, &other), ["a.b[]", "ab.c"]);
}
