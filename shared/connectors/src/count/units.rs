//! Capacity units of one call: as reported, and by DynamoDB's rules where nothing is reported.
//!
//! Reported: `ConsumedCapacity` of the answer, asked for here. Not reported: writes whose condition failed and cancelled
//! transactions, which are billed all the same. The rules (DynamoDB developer guide, "DynamoDB reads and writes" and
//! "Amazon DynamoDB Transactions: How it works"):
//! * a write costs one unit per 1 KB begun, at least one; in a transaction two per 1 KB;
//! * a failed condition costs what the larger of the old and the new item would have cost in the table; indexes cost
//!   nothing, as nothing changed;
//! * a condition check in a transaction costs what a write of the checked item would.
//!
//! The old item's size is learnt by asking for the item on failure and taking it out of the answer again. Where it stays
//! unknown (actions of a cancelled transaction that did not fail themselves) it counts as 1 KB. A transaction conflict
//! counts like a failed condition: the guide is silent, and a budget should not be met by conflicts.

use std::collections::HashMap;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use dynoxide::AttributeValue;
use serde_json::{Map, Value};

use crate::call;

const REPORT: &str = "ReturnConsumedCapacity";
const ON_FAILURE: &str = "ReturnValuesOnConditionCheckFailure";

/// Capacity units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Units {
    pub(super) read: f64,
    pub(super) write: f64,
}

/// A request, prepared for metering.
pub(super) struct Metered {
    operation: String,
    request: Value,
    /// For each write of the request: whether the item on failure was asked for here and not by the caller.
    added: Vec<bool>,
}

impl Metered {
    /// Asks for what the metering needs to know.
    pub(super) fn of(operation: &str, request: &mut HttpRequest) -> Self {
        let mut json = call::body_json(request);
        let mut added = Vec::new();
        if is_metered(operation)
            && let Some(members) = json.as_object_mut()
        {
            ask_for_report(members);
            for write in writes(operation, members) {
                added.push(ask_for_old_item(write));
            }
            call::replace_body(request, &json);
        }
        Self {
            operation: operation.to_owned(),
            request: json,
            added,
        }
    }

    /// The units of an answer, which must be in memory. Takes out what the caller did not ask for.
    pub(super) fn units(mut self, response: &mut HttpResponse) -> Units {
        if response.status().is_success() {
            return reported(&call::response_json(response)["ConsumedCapacity"], &self.operation);
        }
        let mut error = call::response_json(response);
        match error_name(&error) {
            "ConditionalCheckFailedException" | "TransactionConflictException" => {
                let units = self.failed_write(&mut error);
                call::replace_response_body(response, &error);
                units
            }
            "TransactionCanceledException" if self.operation == "TransactWriteItems" => {
                let units = self.cancelled(&mut error);
                call::replace_response_body(response, &error);
                units
            }
            _ => Units::default(),
        }
    }

    fn failed_write(&mut self, error: &mut Value) -> Units {
        let old = size(&error["Item"]);
        if self.added.first() == Some(&true) {
            remove(error, "Item");
        }
        Units {
            read: 0.0,
            write: write_units(old.max(size(&self.request["Item"]))),
        }
    }

    fn cancelled(&mut self, error: &mut Value) -> Units {
        let mut write = 0.0;
        let mut executed = false;
        let Some(reasons) = error["CancellationReasons"].as_array_mut() else {
            return Units::default();
        };
        let actions = self.request["TransactItems"].as_array().map_or(&[][..], Vec::as_slice);
        for (index, (reason, action)) in reasons.iter_mut().zip(actions).enumerate() {
            executed |= matches!(
                reason["Code"].as_str(),
                Some("ConditionalCheckFailed" | "TransactionConflict")
            );
            write += 2.0 * write_units(size(&reason["Item"]).max(size(&action["Put"]["Item"])));
            if self.added.get(index) == Some(&true) {
                remove(reason, "Item");
            }
        }
        Units {
            read: 0.0,
            write: if executed { write } else { 0.0 },
        }
    }
}

fn is_metered(operation: &str) -> bool {
    let writes = [
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "BatchWriteItem",
        "TransactWriteItems",
    ];
    call::is_read(operation) || writes.contains(&operation)
}

fn ask_for_report(request: &mut Map<String, Value>) {
    if request.get(REPORT).is_none_or(|asked| asked == "NONE") {
        request.insert(REPORT.to_owned(), "INDEXES".into());
    }
}

/// The members of a request that may fail by a condition, in the order of the answer's reasons.
fn writes<'a>(operation: &str, request: &'a mut Map<String, Value>) -> Vec<&'a mut Map<String, Value>> {
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => vec![request],
        "TransactWriteItems" => {
            let actions = request
                .get_mut("TransactItems")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten();
            actions
                .filter_map(|action| action.as_object_mut()?.values_mut().next()?.as_object_mut())
                .collect()
        }
        _ => Vec::new(),
    }
}

fn ask_for_old_item(write: &mut Map<String, Value>) -> bool {
    let add = write.contains_key("ConditionExpression") && write.get(ON_FAILURE).is_none_or(|asked| asked == "NONE");
    if add {
        write.insert(ON_FAILURE.to_owned(), "ALL_OLD".into());
    }
    add
}

/// Sums a report, which is one object or a list of them. Replays of a transaction report read units for a write.
fn reported(report: &Value, operation: &str) -> Units {
    let single = std::slice::from_ref(report);
    let tables = report.as_array().map_or(single, Vec::as_slice);
    tables.iter().fold(Units::default(), |sum, table| {
        let (read, write) = match (
            table["ReadCapacityUnits"].as_f64(),
            table["WriteCapacityUnits"].as_f64(),
        ) {
            (None, None) if call::is_read(operation) => (table["CapacityUnits"].as_f64(), None),
            (None, None) => (None, table["CapacityUnits"].as_f64()),
            split => split,
        };
        Units {
            read: sum.read + read.unwrap_or_default(),
            write: sum.write + write.unwrap_or_default(),
        }
    })
}

fn error_name(error: &Value) -> &str {
    let name = error["__type"].as_str().unwrap_or_default();
    name.rsplit('#').next().unwrap_or_default()
}

fn remove(object: &mut Value, member: &str) {
    if let Some(members) = object.as_object_mut() {
        members.remove(member);
    }
}

/// The size of an item in bytes as DynamoDB counts it; none is 0.
fn size(item: &Value) -> usize {
    serde_json::from_value::<HashMap<String, AttributeValue>>(item.clone())
        .map_or(0, |item| dynoxide::types::item_size(&item))
}

fn write_units(bytes: usize) -> f64 {
    let steps = bytes.div_ceil(1024).max(1);
    u32::try_from(steps).map_or(f64::INFINITY, f64::from)
}
