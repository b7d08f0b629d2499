//! Batches of which DynamoDB processes only a part.
//!
//! The entries held back never reach the engine; they are added to what the engine itself left unprocessed.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use serde_json::{Map, Value};

use super::random::Random;
use crate::call;

/// The entries held back, in the shape of a request.
pub(super) struct HeldBack {
    member: &'static str,
    tables: Map<String, Value>,
}

/// Takes a random part out of a batch: at least one entry, never all. `None` if the call is no batch of two or more.
pub(super) fn hold_back(operation: &str, request: &mut HttpRequest, random: &mut Random) -> Option<HeldBack> {
    let member = match operation {
        "BatchWriteItem" => "UnprocessedItems",
        "BatchGetItem" => "UnprocessedKeys",
        _ => return None,
    };
    let mut json = call::body_json(request);
    let tables = json["RequestItems"].as_object_mut()?;
    let total: usize = tables
        .values_mut()
        .filter_map(|table| Some(entries(table)?.len()))
        .sum();
    if total < 2 {
        return None;
    }
    let mut held: Vec<bool> = (0..total).map(|_| random.chance(0.5)).collect();
    let pivot = random.below(total);
    held[pivot] = true;
    held[(pivot + 1) % total] = false;
    let tables = split(tables, &held);
    call::replace_body(request, &json);
    Some(HeldBack { member, tables })
}

/// Moves the entries marked in `held` into a copy of the tables.
fn split(tables: &mut Map<String, Value>, held: &[bool]) -> Map<String, Value> {
    let mut marks = held.iter();
    let mut out = Map::new();
    for (name, table) in tables.iter_mut() {
        let mut rest = table.clone();
        let Some(kept) = entries(table) else { continue };
        let (taken, left) = kept.drain(..).partition(|_| marks.next().copied().unwrap_or_default());
        *kept = left;
        let taken: Vec<Value> = taken;
        if !taken.is_empty()
            && let Some(list) = entries(&mut rest)
        {
            *list = taken;
            out.insert(name.clone(), rest);
        }
    }
    tables.retain(|_, table| entries(table).is_none_or(|left| !left.is_empty()));
    out
}

/// A table's entries: a list of writes, or the keys of a read.
fn entries(table: &mut Value) -> Option<&mut Vec<Value>> {
    match table {
        Value::Array(writes) => Some(writes),
        Value::Object(read) => read.get_mut("Keys")?.as_array_mut(),
        _ => None,
    }
}

impl HeldBack {
    /// Adds the entries to the answer, unless the call failed as a whole.
    pub(super) fn report(self, response: &mut HttpResponse) {
        if !response.status().is_success() {
            return;
        }
        let mut json = call::response_json(response);
        let Some(answer) = json.as_object_mut() else { return };
        let reported = answer.entry(self.member).or_insert_with(|| Value::Object(Map::new()));
        for (name, mut table) in self.tables {
            match reported.get_mut(&name).and_then(entries) {
                Some(list) => list.append(entries(&mut table).unwrap_or(&mut Vec::new())),
                None => reported[&name] = table,
            }
        }
        call::replace_response_body(response, &json);
    }
}
