//! The queue with a function that does what the messages say, under a paused clock.

mod delay;
mod ending;

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::*;
use crate::invoke::{Invoke, Invoker};

/// Longer than the function needs, shorter than the visibility timeout.
const SOON: Duration = Duration::from_secs(1);

/// Remembers the events. A message `bad…` fails, a message `poison…` fails the invocation, and every invocation takes a while.
#[derive(Debug, Default)]
struct Functions {
    events: Mutex<Vec<Value>>,
    /// Invocations at this moment, and the most there were.
    under_way: Mutex<(usize, usize)>,
}

impl Functions {
    /// The bodies of each invocation so far.
    fn batches(&self) -> Vec<Vec<String>> {
        let events = self.events.lock().unwrap();
        events.iter().map(|event| bodies(event, |_| true)).collect()
    }
}

fn bodies(event: &Value, with: impl Fn(&str) -> bool) -> Vec<String> {
    let records = event["Records"].as_array().unwrap().iter();
    let bodies = records.map(|record| record["body"].as_str().unwrap().to_owned());
    bodies.filter(|body| with(body)).collect()
}

#[derive(Debug)]
struct Shared(Arc<Functions>);

impl Invoke for Shared {
    fn invoke(&self, function: &'static str, payload: Bytes) -> BoxFuture<'static, Result<Bytes, String>> {
        assert_eq!(function, "fan_out");
        let event: Value = serde_json::from_slice(&payload).unwrap();
        self.0.events.lock().unwrap().push(event.clone());
        let functions = Arc::clone(&self.0);
        Box::pin(async move {
            {
                let mut under_way = functions.under_way.lock().unwrap();
                under_way.0 += 1;
                under_way.1 = under_way.1.max(under_way.0);
            }
            sleep(Duration::from_millis(1)).await;
            functions.under_way.lock().unwrap().0 -= 1;
            if !bodies(&event, |body| body.starts_with("poison")).is_empty() {
                return Err("poisoned".to_owned());
            }
            let records = event["Records"].as_array().unwrap().iter();
            let bad = records.filter(|record| record["body"].as_str().unwrap().starts_with("bad"));
            let failures: Vec<Value> = bad
                .map(|record| json!({ "itemIdentifier": record["messageId"] }))
                .collect();
            Ok(Bytes::from(json!({ "batchItemFailures": failures }).to_string()))
        })
    }
}

struct Rig {
    queue: Arc<FunctionQueue>,
    functions: Arc<Functions>,
    consumer: JoinHandle<()>,
}

fn start(rules: Rules) -> Rig {
    let queue = Arc::new(FunctionQueue::new(FAN_OUT, rules));
    let functions = Arc::<Functions>::default();
    let invoker = Invoker::new(Arc::new(Shared(Arc::clone(&functions))));
    let consumed = Arc::clone(&queue);
    let consumer = tokio::spawn(async move { consumer::run(&consumed, &invoker).await });
    Rig {
        queue,
        functions,
        consumer,
    }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn in_order_one_at_a_time_up_to_ten_together() {
    let rig = start(Rules::default());
    rig.queue.put_all(texts(&["first"])).unwrap();
    // While it is delivered the others come.
    tokio::task::yield_now().await;
    let numbers: Vec<String> = (0..25).map(|n| n.to_string()).collect();
    rig.queue.put(numbers.clone()).await.unwrap();
    sleep(SOON).await;
    let batches = rig.functions.batches();
    let sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
    assert_eq!(sizes, [1, 10, 10, 5], "nothing waits for company");
    assert_eq!(batches[1..].concat(), numbers);
    assert_eq!(rig.queue.count(), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn as_many_invocations_at_once_as_the_rules_say() {
    for invocations in [1, 3] {
        let rig = start(Rules {
            invocations,
            ..Rules::default()
        });
        rig.queue.put_all((0..45).map(|n| n.to_string()).collect()).unwrap();
        sleep(SOON).await;
        assert_eq!(rig.functions.under_way.lock().unwrap().1, invocations);
        assert_eq!((rig.functions.batches().len(), rig.queue.count()), (5, (0, 0)));
    }
}

#[tokio::test(start_paused = true)]
async fn the_event_is_that_of_sqs() {
    let rig = start(Rules::default());
    let ids = rig.queue.put_all(texts(&["Test message."])).unwrap();
    sleep(SOON).await;
    let events = rig.functions.events.lock().unwrap();
    let record = &events[0]["Records"][0];
    assert_eq!(record["messageId"], ids[0].as_str());
    assert_eq!(record["md5OfBody"], "e4e68fb7bd0e697a0ae8f1bb342846b3");
    assert_eq!(record["eventSource"], "aws:sqs");
    assert_eq!(record["eventSourceARN"], "arn:aws:sqs:local:000000000000:fan_out");
    assert_eq!(record["awsRegion"], "local");
    assert_eq!(record["attributes"]["ApproximateReceiveCount"], "1");
    let times = ["SentTimestamp", "ApproximateFirstReceiveTimestamp"];
    let [sent, received] = times.map(|name| record["attributes"][name].as_str().unwrap().parse::<u64>().unwrap());
    assert!(1_700_000_000_000 < sent && sent <= received);
    assert_eq!(record["messageAttributes"], json!({}));
    assert!(
        record["receiptHandle"]
            .as_str()
            .is_some_and(|handle| !handle.is_empty())
    );
}

#[tokio::test(start_paused = true)]
async fn what_fails_comes_again_lets_others_pass_and_dies() {
    let rig = start(Rules::default());
    rig.queue.put_all(texts(&["1", "bad", "2"])).unwrap();
    sleep(SOON).await;
    rig.queue.put_all(texts(&["3"])).unwrap();
    sleep(SOON).await;
    assert_eq!(rig.functions.batches(), [texts(&["1", "bad", "2"]), texts(&["3"])]);
    assert_eq!(rig.queue.count(), (0, 1));
    sleep(Duration::from_secs(27)).await;
    assert_eq!(rig.functions.batches().len(), 2, "not before the visibility timeout");
    sleep(SOON * 2).await;
    assert_eq!(rig.functions.batches().len(), 3);
    assert_eq!(rig.queue.dead_letters().count(), (0, 0));
    sleep(Duration::from_secs(30)).await;
    assert_eq!(rig.functions.batches().len(), 4);
    let counts: Vec<Value> = rig.functions.events.lock().unwrap()[2..]
        .iter()
        .map(|event| event["Records"][0]["attributes"]["ApproximateReceiveCount"].clone())
        .collect();
    assert_eq!(counts, ["2", "3"]);
    sleep(Duration::from_secs(300)).await;
    assert_eq!(rig.functions.batches().len(), 4, "it is given up");
    let dead = rig.queue.dead_letters().receive(10, SOON).unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (
            dead[0].body.as_str(),
            dead[0].attributes["ApproximateReceiveCount"].as_str()
        ),
        ("bad", Some("3"))
    );
}

#[tokio::test(start_paused = true)]
async fn one_poisonous_message_takes_no_other_with_it() {
    let rig = start(Rules::default());
    rig.queue.put_all(texts(&["1", "poison", "2", "3"])).unwrap();
    sleep(SOON).await;
    rig.queue.put_all(texts(&["4"])).unwrap();
    sleep(Duration::from_secs(120)).await;
    let batches = rig.functions.batches();
    assert_eq!(batches[0], texts(&["1", "poison", "2", "3"]), "fails as a whole");
    assert_eq!(batches[1], texts(&["4"]), "is not held up");
    let again: Vec<Vec<String>> = ["1", "poison", "2", "3", "poison"].map(|text| texts(&[text])).into();
    assert_eq!(batches[2..], again);
    let dead = rig.queue.dead_letters().receive(10, SOON).unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].body, "poison");
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_takes_all_or_nothing() {
    let rules = Rules {
        messages: 3,
        bytes: 10,
        ..Rules::default()
    };
    let queue = FunctionQueue::new(FAN_OUT, rules);
    queue.put_all(texts(&["1", "2"])).unwrap();
    assert_eq!(queue.put_all(texts(&["3", "4"])), Err(Refusal::Full));
    assert_eq!(queue.put_all(texts(&["123456789"])), Err(Refusal::Full), "by its bytes");
    let error = queue.put(texts(&["3", "4"])).await.unwrap_err();
    assert_eq!(error, QueueError("the queue is full".to_owned()));
    queue.put_all(texts(&["3"])).unwrap();
    let batch = queue.receive().await.unwrap();
    assert_eq!(batch.len(), 3);
    assert_eq!(
        queue.put_all(texts(&["4"])),
        Err(Refusal::Full),
        "what is under way counts"
    );
    queue.settle(batch, &Outcome::Answered { failed: Vec::new() });
    queue.put_all(texts(&["4"])).unwrap();
}

#[tokio::test(start_paused = true)]
async fn dead_letters_are_bounded_and_can_be_read_and_deleted() {
    let rig = start(Rules {
        dead_letters: 3,
        receives: 1,
        ..Rules::default()
    });
    for n in 0..5 {
        rig.queue.put_all(vec![format!("bad {n}")]).unwrap();
        sleep(SOON).await;
    }
    let dead = rig.queue.dead_letters();
    assert_eq!(dead.count(), (3, 0), "the newest");
    let received = dead.receive(2, SOON * 10).unwrap();
    let bodies: Vec<&str> = received.iter().map(|letter| letter.body.as_str()).collect();
    assert_eq!(bodies, ["bad 2", "bad 3"]);
    assert_eq!(
        dead.receive(10, SOON * 10).unwrap().len(),
        1,
        "the others are out of sight"
    );
    assert!(dead.delete(&received[0].receipt));
    assert!(!dead.delete(&received[0].receipt));
    sleep(SOON * 11).await;
    assert_eq!(dead.receive(10, SOON).unwrap().len(), 2);
    assert!(!dead.delete(&received[1].receipt), "an old receipt");
}

#[tokio::test(start_paused = true)]
async fn answers_are_read_as_aws_reads_them() {
    #[derive(Debug)]
    struct Answer(&'static str);
    impl Invoke for Answer {
        fn invoke(&self, _: &'static str, _: Bytes) -> BoxFuture<'static, Result<Bytes, String>> {
            let answer = Bytes::from_static(self.0.as_bytes());
            Box::pin(std::future::ready(Ok(answer)))
        }
    }
    for (answer, dead) in [
        ("", 0),
        ("null", 0),
        ("{}", 0),
        (r#"{"batchItemFailures":null}"#, 0),
        (r#"{"batchItemFailures":[]}"#, 0),
        ("nonsense", 2),
        (r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, 2),
        (r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, 2),
        (r#"{"batchItemFailures":[{"itemIdentifier":"another"}]}"#, 2),
    ] {
        let queue = FunctionQueue::new(
            FAN_OUT,
            Rules {
                receives: 1,
                ..Rules::default()
            },
        );
        queue.put_all(texts(&["1", "2"])).unwrap();
        queue.close();
        consumer::run(&queue, &Invoker::new(Arc::new(Answer(answer)))).await;
        assert_eq!(queue.dead_letters().count(), (dead, 0), "{answer}");
    }
}

#[test]
fn ids_are_uuids_of_their_own() {
    let ids: HashSet<String> = (0..100).map(|_| fresh_id().unwrap()).collect();
    assert_eq!(ids.len(), 100);
    assert!(
        ids.iter()
            .all(|id| uuid::Uuid::parse_str(id).unwrap().get_version_num() == 4)
    );
}
