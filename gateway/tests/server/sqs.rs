//! The queue and its dead letters as functions outside the process reach them.

mod refusals;

use std::time::Duration;

use parlour_gateway::connection::Rules;
use parlour_gateway::signed::KeyPair;
use serde_json::{Value, json};

use crate::rig::{LIMIT, Rig, start};
use crate::signing::{self, Answer, Unsigned};

const QUEUE: &str = "http://127.0.0.1:1/000000000000/fan_out";
const DEAD: &str = "http://127.0.0.1:1/000000000000/fan_out-dead-letters";

async fn sqs(rig: &Rig, action: &str, body: &Value) -> Answer {
    let target = format!("AmazonSQS.{action}");
    signed(rig, &rig.key, "sqs", &target, body).await
}

async fn signed(rig: &Rig, key: &KeyPair, service: &str, target: &str, body: &Value) -> Answer {
    let body = body.to_string();
    let request = Unsigned {
        service,
        method: "POST",
        path: "/",
        headers: &[("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)],
        body: body.as_bytes(),
    };
    signing::call(rig, key, request).await
}

/// The bodies that the function got, in their order.
async fn delivered(rig: &Rig, count: usize) -> Vec<Value> {
    loop {
        let events = rig.functions.calls_of("fan_out");
        let records = events.iter().flat_map(|event| event["Records"].as_array().unwrap());
        let bodies: Vec<Value> = records.map(|record| record["body"].clone()).collect();
        if bodies.len() >= count {
            return bodies;
        }
        rig.functions.wait_for("fan_out", events.len() + 1).await;
    }
}

#[tokio::test]
async fn what_is_sent_reaches_the_function_in_order() {
    let rig = start(Rules::kind()).await;
    let sent = sqs(
        &rig,
        "SendMessage",
        &json!({ "QueueUrl": QUEUE, "MessageBody": "This is a test message" }),
    )
    .await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    assert_eq!(sent.header("content-type"), "application/x-amz-json-1.0");
    assert_eq!(sent.body["MD5OfMessageBody"], "fafb00f5732ab283681e124bf8747ed1");
    let entries: Vec<Value> = (0..10)
        .map(|n| json!({ "Id": format!("e-{n}"), "MessageBody": format!("é{n}") }))
        .collect();
    let batch = sqs(
        &rig,
        "SendMessageBatch",
        &json!({ "QueueUrl": QUEUE, "Entries": entries }),
    )
    .await;
    assert_eq!(batch.status, 200);
    assert_eq!(batch.body["Failed"], json!([]));
    let successful = batch.body["Successful"].as_array().unwrap();
    assert_eq!(successful.len(), 10);
    assert_eq!(successful[3]["Id"], "e-3");
    let mut expected = vec![Value::from("This is a test message")];
    expected.extend((0..10).map(|n| Value::from(format!("é{n}"))));
    assert_eq!(delivered(&rig, 11).await, expected);
    let record = &rig.functions.calls_of("fan_out")[0]["Records"][0];
    assert_eq!(record["messageId"], sent.body["MessageId"]);
    assert_eq!(record["md5OfBody"], sent.body["MD5OfMessageBody"]);
}

#[tokio::test]
async fn each_queue_feeds_its_own_function() {
    let rig = start(Rules::kind()).await;
    let queue = QUEUE.replace("fan_out", "deliver");
    let body = json!({ "QueueUrl": queue, "MessageBody": "a room" });
    let sent = sqs(&rig, "SendMessage", &body).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let event = rig.functions.wait_for("deliver", 1).await.remove(0);
    assert_eq!(event["Records"][0]["body"], "a room");
    let arn = "arn:aws:sqs:local:000000000000:deliver";
    assert_eq!(event["Records"][0]["eventSourceARN"], arn);
    assert!(rig.functions.calls_of("fan_out").is_empty());
    let all = json!({ "QueueUrl": queue, "AttributeNames": ["QueueArn"] });
    let all = sqs(&rig, "GetQueueAttributes", &all).await;
    assert_eq!(all.body["Attributes"], json!({ "QueueArn": arn }));
}

#[tokio::test]
async fn what_is_to_wait_is_counted_apart() {
    let rig = start(Rules::kind()).await;
    let later = json!({ "QueueUrl": QUEUE, "MessageBody": "later", "DelaySeconds": 900 });
    assert_eq!(sqs(&rig, "SendMessage", &later).await.status, 200);
    let names = ["", "Delayed", "NotVisible"].map(|kind| format!("ApproximateNumberOfMessages{kind}"));
    let count = json!({ "QueueUrl": QUEUE, "AttributeNames": names });
    let counted = sqs(&rig, "GetQueueAttributes", &count).await;
    let counts = names.map(|name| counted.body["Attributes"][name].clone());
    assert_eq!(counts, ["0", "1", "0"]);
}

#[tokio::test]
async fn a_batch_may_succeed_in_part() {
    let rig = start(Rules::kind()).await;
    let entries = json!([
        { "Id": "1", "MessageBody": "good" },
        { "Id": "2", "MessageBody": "\u{1}" },
        { "Id": "3", "MessageBody": "much later", "DelaySeconds": 901 },
    ]);
    let batch = sqs(
        &rig,
        "SendMessageBatch",
        &json!({ "QueueUrl": QUEUE, "Entries": entries }),
    )
    .await;
    assert_eq!(batch.status, 200);
    assert_eq!(batch.body["Successful"].as_array().unwrap().len(), 1);
    let failed = batch.body["Failed"].as_array().unwrap();
    let failed: Vec<_> = failed
        .iter()
        .map(|entry| (&entry["Id"], &entry["Code"], &entry["SenderFault"]))
        .collect();
    assert_eq!(
        failed,
        [
            (&json!("2"), &json!("InvalidMessageContents"), &json!(true)),
            (&json!("3"), &json!("InvalidParameterValueException"), &json!(true)),
        ]
    );
    assert_eq!(delivered(&rig, 1).await, ["good"]);
}

#[tokio::test]
async fn dead_letters_can_be_counted_received_and_deleted() {
    let rig = start(Rules::kind()).await;
    sqs(&rig, "SendMessage", &json!({ "QueueUrl": QUEUE, "MessageBody": "bad" })).await;
    assert_eq!(delivered(&rig, 3).await, ["bad", "bad", "bad"]);
    let receive =
        json!({ "QueueUrl": DEAD, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0, "AttributeNames": ["All"] });
    let received = tokio::time::timeout(LIMIT, async {
        loop {
            let received = sqs(&rig, "ReceiveMessage", &receive).await;
            assert_eq!(received.status, 200);
            if received.body.get("Messages").is_some() {
                return received.body;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let received = received.await.expect("it is put aside");
    let letter = &received["Messages"][0];
    assert_eq!(
        (&letter["Body"], &letter["MD5OfBody"]),
        (&json!("bad"), &json!("bae60998ffe4923b131e3d6e4c19993e"))
    );
    assert_eq!(letter["Attributes"]["ApproximateReceiveCount"], "3");
    let count =
        json!({ "QueueUrl": DEAD, "AttributeNames": ["ApproximateNumberOfMessages", "QueueArn", "RedrivePolicy"] });
    let counted = sqs(&rig, "GetQueueAttributes", &count).await;
    let arn = "arn:aws:sqs:local:000000000000:fan_out-dead-letters";
    assert_eq!(
        counted.body["Attributes"],
        json!({ "ApproximateNumberOfMessages": "1", "QueueArn": arn })
    );
    let delete = json!({ "QueueUrl": DEAD, "ReceiptHandle": letter["ReceiptHandle"] });
    for _ in 0..2 {
        assert_eq!(
            sqs(&rig, "DeleteMessage", &delete).await.status,
            200,
            "twice is no error"
        );
    }
    assert_eq!(sqs(&rig, "ReceiveMessage", &receive).await.body, json!({}));
    let all = sqs(
        &rig,
        "GetQueueAttributes",
        &json!({ "QueueUrl": QUEUE, "AttributeNames": ["All"] }),
    )
    .await;
    assert_eq!(all.body["Attributes"]["ApproximateNumberOfMessages"], "0");
    let redrive = all.body["Attributes"]["RedrivePolicy"].as_str().unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(redrive).unwrap(),
        json!({ "deadLetterTargetArn": arn, "maxReceiveCount": 3 })
    );
}

#[tokio::test]
async fn the_url_of_a_queue() {
    let rig = start(Rules::kind()).await;
    for name in ["fan_out", "fan_out-dead-letters", "deliver", "deliver-dead-letters"] {
        let url = sqs(&rig, "GetQueueUrl", &json!({ "QueueName": name })).await;
        assert_eq!(url.body["QueueUrl"], rig.url(&format!("/000000000000/{name}")));
    }
}
