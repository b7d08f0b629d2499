//! The event bus: what EventBridge is asked, how much at once, and what is an error.

use std::future::pending;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use parlour_domain::Timestamp;
use parlour_lambda::EventBridge;
use parlour_service::event_bus::{BusError, BusEvent, EventBus};
use serde_json::{Value, json};

use crate::recorder::{Recorder, refusal, signed_body};
use crate::server::{Answering, reply};

fn bus(events: &Recorder) -> EventBridge {
    EventBridge::new(events.service("events"), "prod".to_owned())
}

fn event(detail: impl Into<String>) -> BusEvent {
    BusEvent {
        kind: "message.created",
        at: Timestamp::from_millis(1_700_000_000_123),
        detail: detail.into(),
    }
}

/// What EventBridge answers when it has taken everything.
fn taken(batch: &Value) -> Response<Bytes> {
    let entries = batch["Entries"].as_array().unwrap();
    let entries: Vec<Value> = entries.iter().map(|_| json!({ "EventId": "e" })).collect();
    reply(200, json!({ "FailedEntryCount": 0, "Entries": entries }).to_string())
}

async fn willing() -> Recorder {
    Recorder::answering(|batch| -> Answering {
        let answer = taken(batch);
        Box::pin(async { answer })
    })
    .await
}

/// The details of each call.
fn batches(events: &Recorder) -> Vec<Vec<String>> {
    let mut batches = Vec::new();
    for request in events.requests() {
        let batch = signed_body(request, "events");
        let detail = |entry: &Value| entry["Detail"].as_str().unwrap().to_owned();
        batches.push(batch["Entries"].as_array().unwrap().iter().map(detail).collect());
    }
    batches
}

#[tokio::test]
async fn an_event_is_put_by_one_signed_call() {
    let events = willing().await;
    assert_eq!(bus(&events).put(vec![event(r#"{"a":1}"#)]).await, Ok(()));
    let request = events.requests().pop().unwrap();
    assert_eq!(request.headers()["x-amz-target"], "AWSEvents.PutEvents");
    assert_eq!(request.headers()["content-type"], "application/x-amz-json-1.1");
    let entry = json!({
        "EventBusName": "prod", "Source": "parlour", "DetailType": "message.created", "Detail": r#"{"a":1}"#,
        "Time": 1_700_000_000,
    });
    assert_eq!(signed_body(request, "events"), json!({ "Entries": [entry] }));
}

#[tokio::test]
async fn ten_and_a_quarter_of_a_megabyte_go_together_in_their_order() {
    let events = willing().await;
    let all: Vec<String> = (0..23).map(|n| n.to_string()).collect();
    assert_eq!(bus(&events).put(all.iter().map(event).collect()).await, Ok(()));
    let put = batches(&events);
    assert_eq!(put.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 3]);
    assert_eq!(put.concat(), all);
    let large = "x".repeat(100 * 1024);
    assert_eq!(bus(&events).put(vec![event(large); 5]).await, Ok(()));
    assert_eq!(batches(&events).iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert!(bus(&events).put(vec![event("x".repeat(256 * 1024))]).await.is_err());
    assert_eq!(bus(&events).put(Vec::new()).await, Ok(()));
    assert!(events.requests().is_empty());
}

#[tokio::test]
async fn what_the_bus_did_not_take_is_an_error() {
    let failed = json!({ "ErrorCode": "ThrottlingException", "ErrorMessage": "no" });
    let partly = json!({ "FailedEntryCount": 1, "Entries": [{ "EventId": "e" }, failed] });
    for (answer, expected) in [
        (partly, "1 of 2 events failed, the first by ThrottlingException"),
        (json!("taken"), "the answer cannot be read"),
    ] {
        let events = Recorder::start(vec![reply(200, answer.to_string())]).await;
        let put = bus(&events).put(vec![event("{}"), event("{}")]).await;
        assert_eq!(put, Err(BusError(expected.to_owned())));
        assert_eq!(events.requests().len(), 1);
    }
    let events = Recorder::start(vec![refusal(400, "ResourceNotFoundException")]).await;
    let put = bus(&events).put(vec![event("{}")]).await;
    assert_eq!(
        put,
        Err(BusError("events answers 400 ResourceNotFoundException".to_owned()))
    );
}

#[tokio::test]
async fn what_may_pass_is_tried_once_more() {
    for first in [reply(500, ""), refusal(400, "ThrottlingException")] {
        let good = taken(&json!({ "Entries": [{}] }));
        let events = Recorder::start(vec![first, good]).await;
        assert_eq!(bus(&events).put(vec![event("{}")]).await, Ok(()));
        assert_eq!(events.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_silent_bus_is_given_up_after_the_limit() {
    let silent = Recorder::answering(|_| Box::pin(pending())).await;
    let impatient = bus(&silent).with_limit(Duration::from_millis(100));
    let put = impatient.put(vec![event("{}")]).await;
    assert_eq!(put, Err(BusError("no answer within 100 ms".to_owned())));
}
