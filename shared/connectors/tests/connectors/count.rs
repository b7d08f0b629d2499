//! Counted calls, round trips and units.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, ConditionCheck, Delete, GlobalSecondaryIndex, KeySchemaElement, KeyType,
    Projection, ProjectionType, Put, PutRequest, ReturnValuesOnConditionCheckFailure, ScalarAttributeType,
    TransactWriteItem, WriteRequest,
};
use parlour_connectors::count::{Counter, CountingConnector, Usage};
use parlour_connectors::embedded::InlineEngine;

use crate::table::{client, create_table, n, put, s};

async fn counted() -> (Client, Counter) {
    let counter = Counter::new();
    let engine = InlineEngine::new().unwrap();
    let client = client(CountingConnector::shared(engine.connector(), counter.clone()));
    create_table(&client).await;
    counter.reset();
    (client, counter)
}

/// `log` with an index `by_kind` on attribute `kind`, as table `indexed`.
async fn create_indexed(client: &Client) {
    let key = |name: &str, kind| {
        KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(kind)
            .build()
            .unwrap()
    };
    let attribute = |name: &str| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .unwrap()
    };
    let index = GlobalSecondaryIndex::builder()
        .index_name("by_kind")
        .key_schema(key("kind", KeyType::Hash))
        .projection(Projection::builder().projection_type(ProjectionType::All).build())
        .build()
        .unwrap();
    let table = client
        .create_table()
        .table_name("indexed")
        .billing_mode(BillingMode::PayPerRequest);
    let table = table
        .key_schema(key("room", KeyType::Hash))
        .attribute_definitions(attribute("room"));
    table
        .attribute_definitions(attribute("kind"))
        .global_secondary_indexes(index)
        .send()
        .await
        .unwrap();
}

fn units(usage: &Usage) -> (f64, f64) {
    (usage.read_units, usage.write_units)
}

macro_rules! costs {
    ($counter:ident, $call:expr, $read:expr, $write:expr) => {{
        let (_, usage) = $counter.measure($call.send()).await;
        assert_eq!(units(&usage), ($read, $write), "{}", stringify!($call));
        assert_eq!((usage.calls, usage.round_trips), (1, 1));
    }};
}

#[tokio::test]
async fn writes_cost_a_unit_per_kilobyte() {
    let (client, counter) = counted().await;
    costs!(counter, put(&client, "r", 1, &"x".repeat(300)), 0.0, 1.0);
    costs!(counter, put(&client, "r", 1, &"y".repeat(300)), 0.0, 1.0);
    costs!(counter, put(&client, "r", 2, &"x".repeat(2500)), 0.0, 3.0);
    let add = client
        .update_item()
        .table_name("log")
        .key("room", s("c"))
        .key("seq", n(0));
    let add = add
        .update_expression("ADD hits :one")
        .expression_attribute_values(":one", n(1));
    costs!(counter, add, 0.0, 1.0);
    let writes = (0..25).map(|seq| {
        let put = PutRequest::builder()
            .item("room", s("b"))
            .item("seq", n(seq))
            .build()
            .unwrap();
        WriteRequest::builder().put_request(put).build()
    });
    costs!(
        counter,
        client.batch_write_item().request_items("log", writes.collect()),
        0.0,
        25.0
    );
}

#[tokio::test]
async fn an_index_costs_what_it_changes() {
    let (client, counter) = counted().await;
    create_indexed(&client).await;
    let put = |kind: &str, body: &str| {
        let put = client.put_item().table_name("indexed").item("room", s("r"));
        put.item("kind", s(kind)).item("body", s(body))
    };
    costs!(counter, put("a", "1"), 0.0, 2.0);
    costs!(counter, put("a", "1"), 0.0, 1.0);
    costs!(counter, put("a", "2"), 0.0, 2.0);
    costs!(counter, put("b", "2"), 0.0, 3.0);
    let query = client.query().table_name("indexed").index_name("by_kind");
    let query = query
        .key_condition_expression("kind = :kind")
        .expression_attribute_values(":kind", s("b"));
    costs!(counter, query, 0.5, 0.0);
}

#[tokio::test]
async fn reads_cost_a_unit_per_four_kilobytes_and_half_if_they_may_be_stale() {
    let (client, counter) = counted().await;
    for seq in 0..50 {
        put(&client, "r", seq, &"x".repeat(255)).send().await.unwrap();
    }
    let query = |room: &str| {
        let query = client
            .query()
            .table_name("log")
            .key_condition_expression("room = :room");
        query.expression_attribute_values(":room", s(room))
    };
    costs!(counter, query("r").limit(1).consistent_read(true), 1.0, 0.0);
    costs!(counter, query("r").limit(1), 0.5, 0.0);
    costs!(counter, query("r").consistent_read(true), 4.0, 0.0);
    costs!(counter, query("r"), 2.0, 0.0);
    costs!(counter, query("none").consistent_read(true), 1.0, 0.0);
    costs!(
        counter,
        client
            .get_item()
            .table_name("log")
            .key("room", s("none"))
            .key("seq", n(1)),
        0.5,
        0.0
    );
}

fn transact_put(seq: u64, body: &str) -> TransactWriteItem {
    let put = Put::builder()
        .table_name("log")
        .item("room", s("r"))
        .item("seq", n(seq))
        .item("body", s(body));
    TransactWriteItem::builder().put(put.build().unwrap()).build()
}

fn check_absent(seq: u64) -> TransactWriteItem {
    let check = ConditionCheck::builder()
        .table_name("log")
        .key("room", s("r"))
        .key("seq", n(seq));
    let check = check.condition_expression("attribute_not_exists(seq)").build().unwrap();
    TransactWriteItem::builder().condition_check(check).build()
}

#[tokio::test]
async fn a_transaction_costs_twice_and_its_replay_reads() {
    let (client, counter) = counted().await;
    let two = || {
        client
            .transact_write_items()
            .transact_items(transact_put(1, ""))
            .transact_items(transact_put(2, ""))
    };
    costs!(counter, two().client_request_token("token"), 0.0, 4.0);
    costs!(counter, two().client_request_token("token"), 4.0, 0.0);
    costs!(
        counter,
        client.transact_write_items().transact_items(check_absent(9)),
        0.0,
        2.0
    );
}

#[tokio::test]
async fn a_failed_condition_is_billed_by_the_larger_item() {
    let (client, counter) = counted().await;
    let absent = |seq, body: &str| put(&client, "r", seq, body).condition_expression("attribute_not_exists(seq)");
    put(&client, "r", 1, "small").send().await.unwrap();
    put(&client, "r", 2, &"x".repeat(2500)).send().await.unwrap();

    costs!(counter, absent(1, "small"), 0.0, 1.0);
    costs!(counter, absent(1, &"x".repeat(1500)), 0.0, 2.0);
    costs!(counter, absent(2, "small"), 0.0, 3.0);
    let delete = client
        .delete_item()
        .table_name("log")
        .key("room", s("r"))
        .key("seq", n(2));
    costs!(
        counter,
        delete.condition_expression("attribute_not_exists(seq)"),
        0.0,
        3.0
    );
}

#[tokio::test]
async fn a_cancelled_transaction_is_billed_like_one_that_went_through() {
    let (client, counter) = counted().await;
    put(&client, "r", 1, &"x".repeat(1500)).send().await.unwrap();
    let transaction = client
        .transact_write_items()
        .transact_items(transact_put(2, ""))
        .transact_items(check_absent(1));
    costs!(counter, transaction, 0.0, 6.0);
    let delete = Delete::builder().table_name("log").key("room", s("r")).key("seq", n(7));
    let delete = delete.condition_expression("attribute_exists(seq)").build().unwrap();
    let delete = TransactWriteItem::builder().delete(delete).build();
    costs!(counter, client.transact_write_items().transact_items(delete), 0.0, 2.0);
}

#[tokio::test]
async fn counting_does_not_change_what_the_caller_sees() {
    let (client, _counter) = counted().await;
    put(&client, "r", 1, "old").send().await.unwrap();
    let again = || put(&client, "r", 1, "new").condition_expression("attribute_not_exists(seq)");
    let item = |error: aws_sdk_dynamodb::operation::put_item::PutItemError| match error {
        aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(error) => error.item,
        other => panic!("{other:?}"),
    };
    assert_eq!(item(again().send().await.unwrap_err().into_service_error()), None);
    let asked = again().return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    assert_eq!(
        item(asked.send().await.unwrap_err().into_service_error()).unwrap()["body"],
        s("old")
    );
}

#[tokio::test]
async fn parallel_calls_are_one_round_trip_and_sequential_ones_add_up() {
    let (client, counter) = counted().await;
    let get = |seq| {
        client
            .get_item()
            .table_name("log")
            .key("room", s("r"))
            .key("seq", n(seq))
            .send()
    };
    let chain = |first| async move {
        get(first).await.unwrap();
        get(first + 1).await.unwrap();
    };
    let ((), usage) = counter
        .measure(async { drop(tokio::join!(get(1), get(2), get(3))) })
        .await;
    assert_eq!((usage.calls, usage.round_trips), (3, 1));
    let ((), usage) = counter
        .measure(async { drop(tokio::join!(chain(1), get(9), chain(4))) })
        .await;
    assert_eq!((usage.calls, usage.round_trips), (5, 2));
    let ((), usage) = counter
        .measure(async {
            chain(1).await;
            put(&client, "r", 1, "").send().await.unwrap();
        })
        .await;
    assert_eq!((usage.calls, usage.round_trips), (3, 3));
    assert_eq!(usage.by_operation["GetItem"].calls, 2);
    assert_eq!(usage.by_operation["PutItem"].write_units, 1.0);
}
