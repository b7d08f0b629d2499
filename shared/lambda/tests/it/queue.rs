//! The queue: what SQS is asked, how much at once, what is tried again, what is an error.

use std::collections::BTreeSet;
use std::future::pending;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use parlour_lambda::SqsQueue;
use parlour_service::queue::{Queue, QueueError};
use serde_json::{Value, json};

use crate::recorder::{Recorder, refusal, signed_body};
use crate::server::{Answering, reply};

const URL: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/parlour-fan-out";

fn queue(sqs: &Recorder) -> SqsQueue {
    SqsQueue::new(sqs.service("sqs"), URL.to_owned())
}

/// What SQS answers when it has taken everything.
fn taken(batch: &Value) -> Response<Bytes> {
    let entries = batch["Entries"].as_array().unwrap();
    let successful: Vec<Value> = entries
        .iter()
        .map(|entry| json!({ "Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "0" }))
        .collect();
    reply(200, json!({ "Successful": successful }).to_string())
}

async fn willing() -> Recorder {
    Recorder::answering(|batch| -> Answering {
        let answer = taken(batch);
        Box::pin(async { answer })
    })
    .await
}

/// The bodies of each call, as SQS got them.
fn batches(sqs: &Recorder) -> Vec<Vec<String>> {
    let mut batches = Vec::new();
    for request in sqs.requests() {
        let batch = signed_body(request, "sqs");
        assert_eq!(batch["QueueUrl"], URL);
        let entries = batch["Entries"].as_array().unwrap();
        let ids: BTreeSet<&str> = entries.iter().map(|entry| entry["Id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), entries.len(), "ids are unique in a call");
        let body = |entry: &Value| entry["MessageBody"].as_str().unwrap().to_owned();
        batches.push(entries.iter().map(body).collect());
    }
    batches
}

#[tokio::test]
async fn a_message_may_wait() {
    let sqs = willing().await;
    for (seconds, expected) in [(10, json!(10)), (0, Value::Null)] {
        assert_eq!(queue(&sqs).put_later(vec!["{}".to_owned()], seconds).await, Ok(()));
        let batch = signed_body(sqs.requests().pop().unwrap(), "sqs");
        assert_eq!(batch["Entries"][0]["DelaySeconds"], expected);
    }
}

#[tokio::test]
async fn messages_are_put_in_one_signed_call() {
    let sqs = willing().await;
    let messages = vec![r#"{"a":"é \" \\ 😀"}"#.to_owned(), "{}".to_owned()];
    assert_eq!(queue(&sqs).put(messages.clone()).await, Ok(()));
    let mut requests = sqs.requests();
    assert_eq!(requests.len(), 1);
    let request = requests.remove(0);
    assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/"));
    assert_eq!(request.headers()["x-amz-target"], "AmazonSQS.SendMessageBatch");
    assert_eq!(request.headers()["content-type"], "application/x-amz-json-1.0");
    let entries = json!([
        { "Id": "0", "MessageBody": messages[0] },
        { "Id": "1", "MessageBody": messages[1] },
    ]);
    assert_eq!(
        signed_body(request, "sqs"),
        json!({ "QueueUrl": URL, "Entries": entries })
    );
}

#[tokio::test]
async fn nothing_is_put_without_a_call() {
    let sqs = willing().await;
    assert_eq!(queue(&sqs).put(Vec::new()).await, Ok(()));
    assert!(sqs.requests().is_empty());
}

#[tokio::test]
async fn a_call_has_ten_messages_and_256_kib_at_most() {
    const KIB: usize = 1024;
    for (sizes, mut expected) in [
        (vec![2; 10], vec![10]),
        (vec![2; 23], vec![10, 10, 3]),
        (vec![64 * KIB; 9], vec![4, 4, 1]),
        (vec![256 * KIB], vec![1]),
        (vec![2, 256 * KIB, 2, 2], vec![1, 1, 2]),
        (vec![200 * KIB, 56 * KIB, 1], vec![2, 1]),
    ] {
        let sqs = willing().await;
        let messages: Vec<String> = sizes
            .iter()
            .enumerate()
            .map(|(number, size)| number.to_string() + &"x".repeat(size - 1))
            .collect();
        assert_eq!(queue(&sqs).put(messages.clone()).await, Ok(()));
        let batches = batches(&sqs);
        let mut counts: Vec<usize> = batches.iter().map(Vec::len).collect();
        // The calls are under way at once.
        counts.sort_unstable();
        expected.sort_unstable();
        assert_eq!(counts, expected);
        for batch in &batches {
            assert!(batch.iter().map(String::len).sum::<usize>() <= 256 * KIB);
        }
        let mut put: Vec<String> = batches.into_iter().flatten().collect();
        put.sort_unstable();
        let mut messages = messages;
        messages.sort_unstable();
        assert_eq!(put, messages);
    }
}

#[tokio::test]
async fn a_message_that_fits_into_no_call_is_an_error() {
    let sqs = willing().await;
    let put = queue(&sqs).put(vec!["x".repeat(256 * 1024 + 1)]).await;
    assert!(put.is_err());
    assert!(sqs.requests().is_empty());
}

#[tokio::test]
async fn calls_are_under_way_side_by_side() {
    let all = std::sync::Arc::new(tokio::sync::Barrier::new(5));
    let sqs = Recorder::answering(move |batch| -> Answering {
        let (all, answer) = (std::sync::Arc::clone(&all), taken(batch));
        Box::pin(async move {
            all.wait().await;
            answer
        })
    })
    .await;
    let put = queue(&sqs).put(vec!["{}".to_owned(); 50]).await;
    assert_eq!(put, Ok(()), "none of the five was answered before the last had come");
}

#[tokio::test]
async fn a_partial_failure_is_an_error() {
    let failed = json!({ "Id": "1", "SenderFault": false, "Code": "InternalError", "Message": "no" });
    let partly = json!({ "Successful": [{ "Id": "0", "MessageId": "m" }], "Failed": [failed] });
    for (answer, expected) in [
        (partly, "1 of 2 messages failed, the first by InternalError"),
        (json!({ "Successful": [{ "Id": "0" }] }), "some messages have no result"),
        (json!("taken"), "the answer cannot be read"),
    ] {
        let sqs = Recorder::start(vec![reply(200, answer.to_string())]).await;
        let put = queue(&sqs).put(vec!["{}".to_owned(), "{}".to_owned()]).await;
        assert_eq!(put, Err(QueueError(expected.to_owned())));
        assert_eq!(sqs.requests().len(), 1);
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_once_more() {
    for first in [
        reply(500, ""),
        refusal(503, "ServiceUnavailable"),
        refusal(400, "com.amazonaws.sqs#RequestThrottled"),
    ] {
        let status = first.status();
        let good = taken(&json!({ "Entries": [{ "Id": "0" }] }));
        let sqs = Recorder::start(vec![first, good]).await;
        assert_eq!(queue(&sqs).put(vec!["{}".to_owned()]).await, Ok(()), "{status}");
        assert_eq!(sqs.requests().len(), 2);
    }
    let failing = Recorder::start(vec![reply(500, ""), reply(500, "")]).await;
    assert!(queue(&failing).put(vec!["{}".to_owned()]).await.is_err());
    assert_eq!(failing.requests().len(), 2);
}

#[tokio::test]
async fn what_stays_is_said_at_once() {
    let sqs = Recorder::start(vec![refusal(400, "com.amazonaws.sqs#QueueDoesNotExist")]).await;
    let put = queue(&sqs).put(vec!["{}".to_owned()]).await;
    assert_eq!(put, Err(QueueError("sqs answers 400 QueueDoesNotExist".to_owned())));
    assert_eq!(sqs.requests().len(), 1);
}

#[tokio::test]
async fn a_silent_queue_is_given_up_after_the_limit() {
    let silent = Recorder::answering(|_| Box::pin(pending())).await;
    let impatient = queue(&silent).with_limit(Duration::from_millis(100));
    let put = impatient.put(vec!["{}".to_owned()]).await;
    assert_eq!(put, Err(QueueError("no answer within 100 ms".to_owned())));
    assert!(queue(&silent).put(vec!["{}".to_owned()]).await.is_err(), "of itself");
}

#[tokio::test]
async fn characters_that_sqs_refuses_are_written_as_escapes() {
    let sqs = willing().await;
    let text = "a\u{fffe}b\u{ffff}c\u{fffd}";
    let message = json!({ "text_message": text }).to_string();
    assert_eq!(queue(&sqs).put(vec![message]).await, Ok(()));
    let batches = batches(&sqs);
    let got = &batches[0][0];
    assert!(!got.contains(['\u{fffe}', '\u{ffff}']), "{got:?}");
    assert_eq!(
        serde_json::from_str::<Value>(got).unwrap(),
        json!({ "text_message": text })
    );
}
