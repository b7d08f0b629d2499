//! Every row of the table, measured and compared; and what the table cannot say: sizes, and that nothing grows otherwise.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use parlour_store::keys;

use crate::measure::measure;
use crate::print::print;
use crate::table::{How, Operation, Row, table};
use crate::world::{Measured, World};

#[tokio::test]
async fn every_operation_keeps_to_its_budget() {
    let mut measured = Vec::new();
    for row in table() {
        let found = measure(row.operation).await;
        measured.push((row, found));
    }
    print(&measured);
    let mut breaches: Vec<String> = measured.iter().flat_map(|(row, found)| breaches(row, found)).collect();
    breaches.extend(growth(&measured));
    assert!(breaches.is_empty(), "over budget:\n{}", breaches.join("\n"));
}

/// What one row exceeds.
fn breaches(row: &Row, found: &Measured) -> Vec<String> {
    let (budget, usage) = (row.budget, &found.usage);
    let mut breaches = Vec::new();
    let mut check = |holds: bool, what: String| {
        if !holds {
            breaches.push(format!("{}: {what}", row.name));
        }
    };
    let trips = (usage.round_trips, budget.round_trips);
    check(trips.0 <= trips.1, format!("{} round trips, not {}", trips.0, trips.1));
    let writes = (usage.write_units, budget.write_units);
    check(
        writes.0 <= writes.1,
        format!("{} write units, not {}", writes.0, writes.1),
    );
    let reads = (usage.read_units, budget.read_units);
    check(reads.0 <= reads.1, format!("{} read units, not {}", reads.0, reads.1));
    check(!usage.by_operation.contains_key("Scan"), "it scans a table".to_owned());
    if let Some(durable) = budget.durable {
        check(
            found.durable == durable,
            format!("durable after {} round trips, not {durable}", found.durable),
        );
    }
    if let Some(billable) = budget.billable {
        check(
            found.billable == billable,
            format!("{} billable messages, not {billable}", found.billable),
        );
    }
    breaches
}

/// A send in a larger room costs what the room's connections cost more, and nothing else.
fn growth(measured: &[(Row, Measured)]) -> Vec<String> {
    let of = |operation: Operation| {
        let row = measured.iter().find(|(row, _)| row.operation == operation);
        row.map(|(_, found)| found.usage.clone()).unwrap_or_default()
    };
    let mut breaches = Vec::new();
    for how in [How::Plain, How::Base, How::Claim] {
        let rest = |connections: usize| {
            let (send, read) = (
                of(Operation::Send { how, connections }),
                of(Operation::Connections(connections)),
            );
            (send.round_trips, send.write_units, send.read_units - read.read_units)
        };
        for connections in [10, 100] {
            if rest(connections) != rest(2) {
                breaches.push(format!(
                    "send_message, {how:?}: {:?} beside {connections} connections, {:?} beside 2",
                    rest(connections),
                    rest(2)
                ));
            }
        }
    }
    breaches
}

/// A fan-out reads many of these rows: 40 of them are one read unit.
#[tokio::test]
async fn a_subscription_has_at_most_100_bytes() {
    let world = World::new().await;
    let chat = world.chat(40).await;
    let rows = world
        .raw
        .query()
        .table_name(&world.store().tables().connections)
        .key_condition_expression("pk = :p")
        .expression_attribute_values(":p", AttributeValue::S(keys::subscriptions_pk(&world.app, chat.room)))
        .send()
        .await
        .unwrap();
    assert_eq!(rows.items().len(), 40);
    let bytes = |row: &HashMap<String, AttributeValue>| -> usize {
        row.iter().map(|(name, value)| name.len() + size(value)).sum()
    };
    let longest = rows.items().iter().map(bytes).max().unwrap();
    println!("a subscription has {longest} bytes");
    // Ids as they are made: an app's of 10 characters, a connection's of 16. The room's number may be longer by 14 digits.
    assert!(longest + 14 <= 100, "{longest} bytes");
}

/// The size of a text or number as DynamoDB counts it.
fn size(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.len().div_ceil(2) + 1,
        other => panic!("neither text nor number: {other:?}"),
    }
}
