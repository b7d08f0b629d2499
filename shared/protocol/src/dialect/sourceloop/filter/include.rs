//! Relations that rows come with: `include`.

use serde_json::{Value, json};

use super::{Budget, Filter, Include, must_be, read, unknown};
use crate::dialect::sourceloop::model::Model;
use crate::dialect::sourceloop::problem::Detail;

/// Relations within relations.
const INCLUDE_DEPTH: usize = 3;

pub(super) fn includes(
    model: Model,
    value: &Value,
    path: &str,
    (depth, budget): (usize, &mut Budget),
) -> Result<Vec<Include>, Detail> {
    if depth >= INCLUDE_DEPTH {
        return Err(Detail::new(
            path,
            "maxDepth",
            format!("must not be deeper than {INCLUDE_DEPTH}"),
        ));
    }
    let one = std::slice::from_ref(value);
    let all = match value {
        Value::Array(all) => all.as_slice(),
        Value::String(_) | Value::Object(_) => one,
        _ => return Err(must_be(path, "array")),
    };
    let mut found: Vec<Include> = Vec::new();
    for (number, value) in all.iter().enumerate() {
        budget.take(path)?;
        let include = include(model, value, &format!("{path}/{number}"), (depth, &mut *budget))?;
        if found.iter().any(|there| there.relation == include.relation) {
            return Err(Detail::new(path, "uniqueItems", "must name each relation once"));
        }
        found.push(include);
    }
    Ok(found)
}

fn include(model: Model, value: &Value, path: &str, (depth, budget): (usize, &mut Budget)) -> Result<Include, Detail> {
    let (name, scope) = match value {
        Value::String(name) => (Some(name.as_str()), None),
        Value::Object(object) => {
            if let Some(other) = object.keys().find(|key| !["relation", "scope"].contains(&key.as_str())) {
                return Err(unknown(path, other));
            }
            (object.get("relation").and_then(Value::as_str), object.get("scope"))
        }
        _ => return Err(must_be(path, "object")),
    };
    let relations = model.relations();
    let relation = relations.iter().find(|relation| Some(relation.name()) == name);
    let Some(relation) = relation.copied() else {
        let names: Vec<&str> = relations.iter().map(|relation| relation.name()).collect();
        let rule = Detail::new(
            format!("{path}/relation"),
            "enum",
            "must be equal to one of the allowed values",
        );
        return Err(rule.with(json!({ "allowedValues": names })));
    };
    let scope = match scope {
        Some(scope) => read(
            relation.model(),
            (scope, &format!("{path}/scope")),
            false,
            (depth + 1, budget),
        )?,
        None => Filter::default(),
    };
    Ok(Include { relation, scope })
}
