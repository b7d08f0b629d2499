//! The queues of functions: their times fit to those of the functions that work them off.

use parlour_domain::limits;
use saphyr::Yaml;

use crate::document::{Resource, at, items, resources, template, text};
use crate::functions::functions;

/// Function, its queue, and the queue of its dead letters.
const QUEUES: [(&str, &str, &str); 3] = [
    ("fan_out", "FanOutQueue", "FanOutDeadLetters"),
    ("deliver", "DeliverQueue", "DeliverDeadLetters"),
    ("events", "EventsQueue", "EventsDeadLetters"),
];

fn queue(id: &str) -> Resource {
    let queues = resources("AWS::SQS::Queue");
    *queues.iter().find(|queue| queue.id == id).unwrap()
}

fn seconds(node: &Yaml<'static>, path: &[&str]) -> i64 {
    at(node, path).and_then(Yaml::as_integer).unwrap()
}

fn visibility(id: &str) -> i64 {
    seconds(queue(id).body, &["Properties", "VisibilityTimeout"])
}

fn tries(id: &str) -> i64 {
    seconds(queue(id).body, &["Properties", "RedrivePolicy", "maxReceiveCount"])
}

fn kept(id: &str) -> i64 {
    seconds(queue(id).body, &["Properties", "MessageRetentionPeriod"])
}

#[test]
fn a_message_stays_hidden_for_six_times_the_function_and_the_window() {
    let window = seconds(template(), &["Parameters", "FanOutWindowSeconds", "MaxValue"]);
    for ((function, id, _), window) in QUEUES.into_iter().zip([window, 0, 0]) {
        let own = at(functions()[function].body, &["Properties", "Timeout"]).and_then(Yaml::as_integer);
        let timeout = own.unwrap_or_else(|| seconds(template(), &["Globals", "Function", "Timeout"]));
        assert_eq!(visibility(id), 6 * timeout + window, "{id}");
    }
}

#[test]
fn what_cannot_be_worked_off_reaches_the_dead_letters() {
    for (_, id, dead) in QUEUES {
        // It is moved when it would be taken once more.
        assert!(kept(id) > tries(id) * visibility(id), "{id} would lose it before");
        // The dead letters count from the first queue.
        assert!(kept(dead) > kept(id), "{dead}");
        let to = at(queue(id).body, &["Properties", "RedrivePolicy", "deadLetterTargetArn"]);
        assert_eq!(to.map(text), Some(format!("GetAtt {dead}.Arn")));
    }
    assert!(kept("FanOutQueue") > limits::PUSH_SECONDS);
}

/// The longest that SQS holds anything back, and then three tries.
#[test]
fn a_delivery_that_waits_outlasts_its_wait() {
    assert!(kept("DeliverQueue") > 900 + tries("DeliverQueue") * visibility("DeliverQueue"));
}

/// What an alarm about one number of a queue waits for.
fn threshold(metric: &str, queue: &str) -> Option<i64> {
    let queue = format!("GetAtt {queue}.QueueName");
    let is_of = |dimension: &Yaml<'static>| at(dimension, &["Value"]).map(text).as_ref() == Some(&queue);
    let alarms = resources("AWS::CloudWatch::Alarm");
    let alarm = alarms.iter().find(|alarm| {
        let dimensions = at(alarm.body, &["Properties", "Dimensions"]).map(items);
        alarm.text("MetricName") == metric && dimensions.into_iter().flatten().any(is_of)
    });
    alarm.map(|alarm| seconds(alarm.body, &["Properties", "Threshold"]))
}

#[test]
fn what_waits_is_heard_of_before_it_is_lost_and_so_is_what_was_put_aside() {
    for (_, id, dead) in QUEUES {
        assert_eq!(threshold("ApproximateNumberOfMessagesVisible", dead), Some(0), "{dead}");
        assert!(
            threshold("ApproximateAgeOfOldestMessage", id).unwrap() < kept(id),
            "{id}"
        );
    }
    // What is held back, or tried again, is no reason to wake anybody.
    for (id, held_back) in [("DeliverQueue", 900), ("EventsQueue", 0)] {
        let tried = held_back + tries(id) * visibility(id);
        assert!(threshold("ApproximateAgeOfOldestMessage", id).unwrap() > tried, "{id}");
    }
}

#[test]
fn what_waits_there_is_encrypted() {
    let queues = resources("AWS::SQS::Queue");
    assert_eq!(queues.len(), 2 * QUEUES.len());
    for queue in queues {
        assert_eq!(queue.text("SqsManagedSseEnabled"), "true", "{}", queue.id);
    }
}

#[test]
fn a_message_that_fails_fails_alone() {
    for (function, id, _) in QUEUES {
        let event = at(
            functions()[function].body,
            &["Properties", "Events", "Queue", "Properties"],
        )
        .unwrap();
        let answers = items(at(event, &["FunctionResponseTypes"]).unwrap());
        assert_eq!(
            answers.into_iter().map(text).collect::<Vec<_>>(),
            ["ReportBatchItemFailures"]
        );
        assert_eq!(at(event, &["Queue"]).map(text), Some(format!("GetAtt {id}.Arn")));
    }
}

#[test]
fn each_queue_feeds_its_own_function_and_no_other() {
    for (name, function) in functions() {
        let Some(events) = at(function.body, &["Properties", "Events"]).and_then(Yaml::as_mapping) else {
            continue;
        };
        let queues = events
            .values()
            .filter(|event| at(event, &["Type"]).map(text).as_deref() == Some("SQS"));
        let own = QUEUES.iter().filter(|(function, ..)| *function == name);
        assert_eq!(queues.count(), own.count(), "{name}");
    }
}

/// The emulator knows a right that AWS does not: only there a policy of a queue grants something.
#[test]
fn roles_alone_give_rights_to_it() {
    for policy in resources("AWS::SQS::QueuePolicy") {
        assert_eq!(policy.condition(), Some("OnEmulator"), "{}", policy.id);
    }
}
