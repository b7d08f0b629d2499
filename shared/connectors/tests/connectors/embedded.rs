//! The embedded engine through the SDK: data, conditions, errors, files.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use parlour_connectors::embedded::{EmbeddedEngine, EngineError, InlineEngine};

use crate::table::{body, client, create_table, n, put, s};

async fn fresh() -> Client {
    let client = client(EmbeddedEngine::in_memory().unwrap().connector());
    create_table(&client).await;
    client
}

#[tokio::test]
async fn puts_are_read_back_and_queried_in_key_order() {
    let client = fresh().await;
    for seq in [2, 10, 1] {
        put(&client, "r", seq, &format!("message {seq} ✓"))
            .send()
            .await
            .unwrap();
    }
    put(&client, "other", 3, "elsewhere").send().await.unwrap();

    assert_eq!(body(&client, "r", 2).await.as_deref(), Some("message 2 ✓"));
    assert_eq!(body(&client, "r", 3).await, None);
    let answer = client
        .query()
        .table_name("log")
        .key_condition_expression("room = :room")
        .expression_attribute_values(":room", s("r"))
        .scan_index_forward(false)
        .limit(2)
        .send()
        .await
        .unwrap();
    let seqs: Vec<_> = answer
        .items()
        .iter()
        .map(|item| item["seq"].as_n().unwrap().as_str())
        .collect();
    assert_eq!(seqs, ["10", "2"]);
    assert!(answer.last_evaluated_key.is_some());
}

#[tokio::test]
async fn bytes_survive_the_round_trip() {
    let client = fresh().await;
    let bytes: Vec<u8> = (0..=255).collect();
    let blob = AttributeValue::B(bytes.into());
    put(&client, "r", 1, "")
        .item("blob", blob.clone())
        .send()
        .await
        .unwrap();
    let got = client
        .get_item()
        .table_name("log")
        .key("room", s("r"))
        .key("seq", n(1))
        .send()
        .await
        .unwrap();
    assert_eq!(got.item.unwrap()["blob"], blob);
}

#[tokio::test]
async fn a_failed_condition_returns_the_item_only_if_asked() {
    let client = fresh().await;
    put(&client, "r", 1, "first").send().await.unwrap();
    let second = || put(&client, "r", 1, "second").condition_expression("attribute_not_exists(seq)");

    let error = second().send().await.unwrap_err().into_service_error();
    assert!(error.is_conditional_check_failed_exception());

    let error = second()
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    let aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(failure) = error else {
        panic!("{error:?}");
    };
    assert_eq!(failure.item.unwrap()["body"], s("first"));
    assert_eq!(body(&client, "r", 1).await.as_deref(), Some("first"));
}

fn transact_put(seq: u64) -> TransactWriteItem {
    let put = Put::builder()
        .table_name("log")
        .item("room", s("r"))
        .item("seq", n(seq))
        .item("body", s("tx"));
    TransactWriteItem::builder().put(put.build().unwrap()).build()
}

fn must_not_exist(seq: u64) -> TransactWriteItem {
    let check = ConditionCheck::builder()
        .table_name("log")
        .key("room", s("r"))
        .key("seq", n(seq))
        .condition_expression("attribute_not_exists(seq)")
        .build()
        .unwrap();
    TransactWriteItem::builder().condition_check(check).build()
}

#[tokio::test]
async fn a_transaction_applies_wholly_or_not_at_all() {
    let client = fresh().await;
    client
        .transact_write_items()
        .transact_items(transact_put(1))
        .transact_items(transact_put(2))
        .send()
        .await
        .unwrap();
    assert_eq!(body(&client, "r", 2).await.as_deref(), Some("tx"));

    let error = client
        .transact_write_items()
        .transact_items(transact_put(3))
        .transact_items(must_not_exist(1))
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    let aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(e) =
        error
    else {
        panic!("{error:?}");
    };
    let codes: Vec<_> = e
        .cancellation_reasons()
        .iter()
        .map(|reason| reason.code().unwrap())
        .collect();
    assert_eq!(codes, ["None", "ConditionalCheckFailed"]);
    assert_eq!(body(&client, "r", 3).await, None);
}

#[tokio::test]
async fn errors_carry_the_names_that_dynamodb_gives_them() {
    let client = fresh().await;
    let missing = client
        .get_item()
        .table_name("none")
        .key("room", s("r"))
        .key("seq", n(1))
        .send()
        .await;
    assert!(
        missing
            .unwrap_err()
            .into_service_error()
            .is_resource_not_found_exception()
    );

    let keyless = client
        .put_item()
        .table_name("log")
        .item("room", s("r"))
        .send()
        .await
        .unwrap_err();
    assert_eq!(keyless.into_service_error().code(), Some("ValidationException"));

    let big = put(&client, "r", 1, &"x".repeat(410_000)).send().await.unwrap_err();
    assert_eq!(big.into_service_error().code(), Some("ValidationException"));

    let unknown = client.describe_limits().send().await.unwrap_err();
    assert_eq!(unknown.raw_response().unwrap().status().as_u16(), 400);
    assert_eq!(unknown.into_service_error().code(), Some("UnknownOperationException"));
}

#[tokio::test]
async fn the_inline_engine_answers_alike() {
    let client = client(InlineEngine::new().unwrap().connector());
    create_table(&client).await;
    put(&client, "r", 1, "here").send().await.unwrap();
    assert_eq!(body(&client, "r", 1).await.as_deref(), Some("here"));
}

#[tokio::test]
async fn a_file_keeps_what_was_answered() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data");
    {
        let client = client(EmbeddedEngine::open(&path).unwrap().connector());
        create_table(&client).await;
        put(&client, "r", 1, "kept").send().await.unwrap();
    }
    let client = client(EmbeddedEngine::open(&path.join("parlour.db")).unwrap().connector());
    assert_eq!(body(&client, "r", 1).await.as_deref(), Some("kept"));
}

#[tokio::test]
async fn a_file_belongs_to_one_engine_until_it_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    let first = EmbeddedEngine::open(dir.path()).unwrap();
    let client = client(first.connector());
    create_table(&client).await;

    let second = EmbeddedEngine::open(dir.path()).unwrap_err();
    assert!(matches!(second, EngineError::InUse(_)), "{second}");

    first.close();
    let refused = put(&client, "r", 1, "late").send().await.unwrap_err();
    assert!(
        refused.as_service_error().is_none(),
        "a closed engine answers nothing: {refused:?}"
    );
    EmbeddedEngine::open(dir.path()).unwrap();
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "callers beside the test")]
async fn closing_runs_what_is_queued_and_keeps_what_was_answered() {
    let dir = tempfile::tempdir().unwrap();
    let engine = EmbeddedEngine::open(dir.path()).unwrap();
    let before = client(engine.connector());
    create_table(&before).await;
    let puts: Vec<_> = (0..200)
        .map(|seq| tokio::spawn(put(&before, "r", seq, "queued").send()))
        .collect();
    tokio::task::yield_now().await;
    engine.close();

    let after = client(EmbeddedEngine::open(dir.path()).unwrap().connector());
    let mut answered = 0;
    for (seq, put) in (0..).zip(puts) {
        if put.await.unwrap().is_ok() {
            answered += 1;
            assert_eq!(body(&after, "r", seq).await.as_deref(), Some("queued"));
        }
    }
    assert!(answered > 0, "what was queued before the close is run");
}

#[tokio::test]
async fn rows_whose_time_has_ended_are_deleted_and_no_others() {
    let engine = EmbeddedEngine::in_memory().unwrap();
    let client = client(engine.connector());
    create_table(&client).await;
    let ttl = aws_sdk_dynamodb::types::TimeToLiveSpecification::builder()
        .enabled(true)
        .attribute_name("x")
        .build();
    client
        .update_time_to_live()
        .table_name("log")
        .time_to_live_specification(ttl.unwrap())
        .send()
        .await
        .unwrap();
    put(&client, "r", 1, "expired")
        .item("x", n(1_000_000_000))
        .send()
        .await
        .unwrap();
    put(&client, "r", 2, "later")
        .item("x", n(99_999_999_999))
        .send()
        .await
        .unwrap();
    put(&client, "r", 3, "never").send().await.unwrap();

    let deleted = tokio::task::spawn_blocking(move || engine.delete_expired().unwrap())
        .await
        .unwrap();

    assert_eq!(deleted, 1);
    assert_eq!(body(&client, "r", 1).await, None);
    assert!(body(&client, "r", 2).await.is_some() && body(&client, "r", 3).await.is_some());
}
