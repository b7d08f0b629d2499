//! Who is refused, and in whose words.

use parlour_gateway::connection::Rules;
use parlour_gateway::signed::KeyPair;
use serde_json::{Value, json};

use super::{DEAD, QUEUE, signed, sqs};
use crate::rig::start;

#[tokio::test]
async fn refusals_are_those_of_sqs() {
    let rig = start(Rules::kind()).await;
    let entry = |id: &str| json!({ "Id": id, "MessageBody": "x" });
    let batch = |entries: Vec<Value>| json!({ "QueueUrl": QUEUE, "Entries": entries });
    let many: Vec<Value> = (0..11).map(|n| entry(&n.to_string())).collect();
    let big = "x".repeat(600 * 1024);
    let big_entry = |id: &str| json!({ "Id": id, "MessageBody": big });
    for (action, body, error) in [
        (
            "SendMessage",
            json!({ "QueueUrl": "http://127.0.0.1/0/other", "MessageBody": "x" }),
            "QueueDoesNotExist",
        ),
        ("SendMessage", json!({ "QueueUrl": QUEUE }), "SerializationException"),
        (
            "SendMessage",
            json!({ "QueueUrl": QUEUE, "MessageBody": "" }),
            "InvalidParameterValueException",
        ),
        (
            "SendMessage",
            json!({ "QueueUrl": QUEUE, "MessageBody": "x".repeat(1024 * 1024 + 1) }),
            "InvalidParameterValueException",
        ),
        (
            "SendMessage",
            json!({ "QueueUrl": QUEUE, "MessageBody": "x".repeat(2 * 1024 * 1024) }),
            "BatchRequestTooLong",
        ),
        (
            "SendMessage",
            json!({ "QueueUrl": DEAD, "MessageBody": "x" }),
            "UnsupportedOperation",
        ),
        ("SendMessageBatch", batch(vec![]), "EmptyBatchRequest"),
        ("SendMessageBatch", batch(many), "TooManyEntriesInBatchRequest"),
        (
            "SendMessageBatch",
            batch(vec![entry("a"), entry("a")]),
            "BatchEntryIdsNotDistinct",
        ),
        ("SendMessageBatch", batch(vec![entry("a.b")]), "InvalidBatchEntryId"),
        (
            "SendMessageBatch",
            batch(vec![big_entry("a"), big_entry("b")]),
            "BatchRequestTooLong",
        ),
        ("ReceiveMessage", json!({ "QueueUrl": QUEUE }), "UnsupportedOperation"),
        (
            "ReceiveMessage",
            json!({ "QueueUrl": DEAD, "MaxNumberOfMessages": 11 }),
            "InvalidParameterValueException",
        ),
        (
            "DeleteMessage",
            json!({ "QueueUrl": QUEUE, "ReceiptHandle": "x" }),
            "UnsupportedOperation",
        ),
        (
            "GetQueueAttributes",
            json!({ "QueueUrl": QUEUE, "AttributeNames": ["Colour"] }),
            "InvalidAttributeName",
        ),
        ("PurgeQueue", json!({ "QueueUrl": QUEUE }), "UnsupportedOperation"),
    ] {
        let answer = sqs(&rig, action, &body).await;
        assert_eq!(answer.body["__type"], format!("com.amazonaws.sqs#{error}"), "{action}");
        assert_eq!(answer.status, 400, "{action} {error}");
        assert!(answer.header("x-amzn-query-error").ends_with(";Sender"), "{error}");
    }
    assert!(rig.functions.calls_of("fan_out").is_empty());
}

#[tokio::test]
async fn only_the_holder_of_the_key_is_served_and_the_page_is_undisturbed() {
    let rig = start(Rules::kind()).await;
    let message = json!({ "QueueUrl": QUEUE, "MessageBody": "x" });
    let target = "AmazonSQS.SendMessage";
    let wrong = KeyPair {
        secret_access_key: "wrong".to_owned(),
        ..KeyPair::clone(&rig.key)
    };
    let stranger = KeyPair::generate().unwrap();
    for (key, service, error) in [
        (&wrong, "sqs", "InvalidSignatureException"),
        (&stranger, "sqs", "UnrecognizedClientException"),
        (&*rig.key, "execute-api", "IncompleteSignatureException"),
    ] {
        let answer = signed(&rig, key, service, target, &message).await;
        assert_eq!(answer.status, 403);
        assert!(
            answer.body["__type"].as_str().unwrap().ends_with(error),
            "{}",
            answer.body
        );
    }
    let client = reqwest::Client::new();
    let unsigned = client
        .post(rig.url("/"))
        .header("x-amz-target", target)
        .body(message.to_string());
    assert_eq!(unsigned.send().await.unwrap().status(), 403);
    assert_eq!(
        client.post(rig.url("/")).send().await.unwrap().status(),
        405,
        "the page is only read"
    );
    assert_eq!(
        reqwest::get(rig.url("/")).await.unwrap().text().await.unwrap(),
        "the page"
    );
    assert!(rig.functions.calls_of("fan_out").is_empty());
}
