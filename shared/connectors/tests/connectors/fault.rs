//! Each fault, as the SDK reports it and as it leaves the table.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{KeysAndAttributes, Put, PutRequest, TransactWriteItem, WriteRequest};
use parlour_connectors::embedded::InlineEngine;
use parlour_connectors::fault::{Fault, FaultPlan, Faults};

use crate::table::{body, client, create_table, n, put, retrying_client, s};

struct Rig {
    faults: Faults,
    /// Through the faults, without retries.
    client: Client,
    /// Through the faults, with retries.
    retrying: Client,
    /// Past the faults.
    direct: Client,
}

async fn rig(plan: FaultPlan) -> Rig {
    let engine = InlineEngine::new().unwrap();
    let direct = client(engine.connector());
    create_table(&direct).await;
    let faults = Faults::new(plan);
    let connector = faults.connector(engine.connector());
    Rig {
        client: client(connector.clone()),
        retrying: retrying_client(connector, 3),
        faults,
        direct,
    }
}

async fn scripted() -> Rig {
    rig(FaultPlan::default()).await
}

#[tokio::test(start_paused = true)]
async fn a_throttle_applies_nothing_and_is_retried() {
    let rig = scripted().await;
    rig.faults.fail_nth("PutItem", 1, Fault::Throttle);
    let error = put(&rig.client, "r", 1, "x")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(
        matches!(
            error.code(),
            Some("ThrottlingException" | "ProvisionedThroughputExceededException")
        ),
        "{error}"
    );
    assert_eq!(body(&rig.direct, "r", 1).await, None);

    rig.faults.fail_nth("PutItem", 1, Fault::Throttle);
    put(&rig.retrying, "r", 1, "x").send().await.unwrap();
    assert_eq!(body(&rig.direct, "r", 1).await.as_deref(), Some("x"));
    assert_eq!(rig.faults.injected()["throttle"], 2);
}

#[tokio::test(start_paused = true)]
async fn a_failure_before_applies_nothing_and_is_retried() {
    let rig = scripted().await;
    rig.faults.fail_nth("PutItem", 1, Fault::FailBefore);
    let error = put(&rig.client, "r", 1, "x").send().await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 500);
    assert_eq!(error.into_service_error().code(), Some("InternalServerError"));
    assert_eq!(body(&rig.direct, "r", 1).await, None);

    rig.faults.fail_nth("PutItem", 1, Fault::FailBefore);
    put(&rig.retrying, "r", 1, "x").send().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_dropped_response_leaves_the_item_and_a_retry_meets_it() {
    let rig = scripted().await;
    rig.faults.fail_nth("PutItem", 1, Fault::DropResponse);
    let error = put(&rig.client, "r", 1, "x").send().await.unwrap_err();
    assert!(error.as_service_error().is_none(), "the client cannot know: {error:?}");
    assert_eq!(body(&rig.direct, "r", 1).await.as_deref(), Some("x"));

    rig.faults.fail_nth("PutItem", 1, Fault::DropResponse);
    let once = put(&rig.retrying, "r", 2, "x").condition_expression("attribute_not_exists(seq)");
    let error = once.send().await.unwrap_err().into_service_error();
    assert!(
        error.is_conditional_check_failed_exception(),
        "the retry loses to its own first attempt: {error}"
    );
    assert_eq!(rig.faults.injected()["drop_response"], 2);
}

#[tokio::test(start_paused = true)]
async fn a_delay_takes_time_and_nothing_else() {
    let rig = scripted().await;
    rig.faults.fail_nth_call(1, Fault::Delay(Duration::from_secs(3)));
    let start = tokio::time::Instant::now();
    put(&rig.client, "r", 1, "x").send().await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(3));
    assert_eq!(body(&rig.direct, "r", 1).await.as_deref(), Some("x"));
}

#[tokio::test]
async fn a_stale_read_repeats_the_last_answer_but_never_a_consistent_one() {
    let rig = rig(FaultPlan {
        stale_read: 1.0,
        ..FaultPlan::default()
    })
    .await;
    let read = |consistent| {
        let get = rig
            .client
            .get_item()
            .table_name("log")
            .key("room", s("r"))
            .key("seq", n(1));
        async move { get.consistent_read(consistent).send().await.unwrap().item.unwrap()["body"].clone() }
    };
    put(&rig.client, "r", 1, "old").send().await.unwrap();
    assert_eq!(read(false).await, s("old"));
    put(&rig.client, "r", 1, "new").send().await.unwrap();
    assert_eq!(read(false).await, s("old"));
    assert_eq!(read(true).await, s("new"));
    rig.faults.set_enabled(false);
    assert_eq!(read(false).await, s("new"));
    assert_eq!(rig.faults.injected()["stale_read"], 1);
}

#[tokio::test]
async fn a_conflict_cancels_a_transaction_at_one_place() {
    let rig = scripted().await;
    rig.faults.fail_nth("TransactWriteItems", 1, Fault::Conflict);
    let item = |seq| {
        let put = Put::builder()
            .table_name("log")
            .item("room", s("r"))
            .item("seq", n(seq))
            .build()
            .unwrap();
        TransactWriteItem::builder().put(put).build()
    };
    let transaction = rig
        .client
        .transact_write_items()
        .set_transact_items(Some((1..=3).map(item).collect()));
    let error = transaction.send().await.unwrap_err().into_service_error();
    let aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(e) =
        error
    else {
        panic!("{error:?}");
    };
    let mut codes: Vec<_> = e
        .cancellation_reasons()
        .iter()
        .map(|reason| reason.code().unwrap())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, ["None", "None", "TransactionConflict"]);
    assert_eq!(body(&rig.direct, "r", 1).await, None);

    rig.faults.fail_nth("PutItem", 1, Fault::Conflict);
    let error = put(&rig.client, "r", 1, "x")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(error.is_transaction_conflict_exception());
    assert_eq!(body(&rig.direct, "r", 1).await, None);
}

#[tokio::test]
async fn a_partial_batch_names_exactly_what_was_not_done() {
    let rig = rig(FaultPlan {
        partial_batch: 1.0,
        seed: 3,
        ..FaultPlan::default()
    })
    .await;
    let write = |seq| {
        let put = PutRequest::builder()
            .item("room", s("r"))
            .item("seq", n(seq))
            .item("body", s("x"))
            .build()
            .unwrap();
        WriteRequest::builder().put_request(put).build()
    };
    let writes: Vec<_> = (0..10).map(write).collect();
    let answer = rig
        .client
        .batch_write_item()
        .request_items("log", writes)
        .send()
        .await
        .unwrap();
    let left = &answer.unprocessed_items.unwrap()["log"];
    assert!((1..10).contains(&left.len()));
    for seq in 0..10 {
        let unprocessed = left
            .iter()
            .any(|write| write.put_request.as_ref().unwrap().item["seq"] == n(seq));
        assert_eq!(body(&rig.direct, "r", seq).await.is_none(), unprocessed, "{seq}");
    }

    let keys = (0..4).map(|seq| [("room".to_owned(), s("r")), ("seq".to_owned(), n(seq))].into());
    let read = KeysAndAttributes::builder()
        .set_keys(Some(keys.collect()))
        .consistent_read(true)
        .build()
        .unwrap();
    let answer = rig
        .client
        .batch_get_item()
        .request_items("log", read)
        .send()
        .await
        .unwrap();
    let left = &answer.unprocessed_keys.unwrap()["log"];
    assert!((1..4).contains(&left.keys.len()));
    assert_eq!(left.consistent_read, Some(true));
    assert_eq!(rig.faults.injected()["partial_batch"], 2);
}

async fn outcomes(seed: u64) -> Vec<bool> {
    let plan = FaultPlan {
        seed,
        throttle: 0.2,
        fail_before: 0.2,
        drop_response: 0.2,
        ..FaultPlan::default()
    };
    let rig = rig(FaultPlan {
        operations: vec!["PutItem".to_owned()],
        ..plan
    })
    .await;
    let mut outcomes = Vec::new();
    for seq in 0..40 {
        outcomes.push(put(&rig.client, "r", seq, "x").send().await.is_ok());
        // An operation that the plan leaves alone.
        body(&rig.client, "r", seq).await;
    }
    outcomes
}

#[tokio::test]
async fn a_seed_determines_the_faults() {
    let first = outcomes(1).await;
    assert_eq!(first, outcomes(1).await);
    assert_ne!(first, outcomes(2).await);
    assert!(first.contains(&true) && first.contains(&false));
}

#[tokio::test]
async fn a_script_counts_the_calls_of_its_operation() {
    let rig = scripted().await;
    rig.faults.set_enabled(false);
    rig.faults.fail_nth("PutItem", 2, Fault::FailBefore);
    put(&rig.client, "r", 1, "x").send().await.unwrap();
    body(&rig.client, "r", 1).await;
    put(&rig.client, "r", 2, "x").send().await.unwrap_err();
    put(&rig.client, "r", 2, "x").send().await.unwrap();
}

#[tokio::test]
async fn a_plan_can_be_limited_to_requests_with_a_text() {
    let plan = FaultPlan {
        throttle: 1.0,
        body_contains: Some("unlucky".to_owned()),
        ..FaultPlan::default()
    };
    let rig = rig(plan).await;
    put(&rig.client, "lucky", 1, "x").send().await.unwrap();
    put(&rig.client, "unlucky", 1, "x").send().await.unwrap_err();
}
