//! The queues of large rooms and of events: their times fit to those of the functions that work them off.

use parlour_domain::limits;
use saphyr::Yaml;

use crate::document::{Resource, at, items, resources, template, text};
use crate::functions::functions;

fn queue(id: &str) -> Resource {
    let queues = resources("AWS::SQS::Queue");
    *queues.iter().find(|queue| queue.id == id).unwrap()
}

fn seconds(node: &Yaml<'static>, path: &[&str]) -> i64 {
    at(node, path).and_then(Yaml::as_integer).unwrap()
}

fn visibility() -> i64 {
    seconds(queue("FanOutQueue").body, &["Properties", "VisibilityTimeout"])
}

fn tries() -> i64 {
    let queue = queue("FanOutQueue").body;
    seconds(queue, &["Properties", "RedrivePolicy", "maxReceiveCount"])
}

#[test]
fn a_message_stays_hidden_for_six_times_the_function_and_the_window() {
    let function = functions()["fan_out"];
    let timeout = seconds(function.body, &["Properties", "Timeout"]);
    let window = seconds(template(), &["Parameters", "FanOutWindowSeconds", "MaxValue"]);
    assert_eq!(visibility(), 6 * timeout + window);
}

#[test]
fn what_cannot_be_worked_off_reaches_the_dead_letters() {
    let (queue, dead) = (queue("FanOutQueue"), queue("FanOutDeadLetters"));
    let kept = |queue: Resource| seconds(queue.body, &["Properties", "MessageRetentionPeriod"]);
    // It is moved when it would be taken once more.
    assert!(kept(queue) > tries() * visibility(), "it would expire before");
    assert!(kept(queue) > limits::PUSH_SECONDS);
    // The dead letters count from the first queue.
    assert!(kept(dead) > kept(queue));
    let to = at(queue.body, &["Properties", "RedrivePolicy", "deadLetterTargetArn"]);
    assert_eq!(to.map(text).as_deref(), Some("GetAtt FanOutDeadLetters.Arn"));
}

#[test]
fn what_waits_there_is_encrypted() {
    let queues = resources("AWS::SQS::Queue");
    assert_eq!(queues.len(), 4);
    for queue in queues {
        assert_eq!(queue.text("SqsManagedSseEnabled"), "true", "{}", queue.id);
    }
}

#[test]
fn a_message_that_fails_fails_alone() {
    let event = at(
        functions()["fan_out"].body,
        &["Properties", "Events", "Queue", "Properties"],
    )
    .unwrap();
    let answers = items(at(event, &["FunctionResponseTypes"]).unwrap());
    assert_eq!(
        answers.into_iter().map(text).collect::<Vec<_>>(),
        ["ReportBatchItemFailures"]
    );
    assert_eq!(
        at(event, &["Queue"]).map(text).as_deref(),
        Some("GetAtt FanOutQueue.Arn")
    );
}

#[test]
fn an_event_that_cannot_be_taken_is_put_aside() {
    let (queue, dead) = (queue("EventsQueue"), queue("EventsDeadLetters"));
    let timeout = seconds(template(), &["Globals", "Function", "Timeout"]);
    let hidden = seconds(queue.body, &["Properties", "VisibilityTimeout"]);
    assert_eq!(hidden, 6 * timeout);
    let kept = |queue: Resource| seconds(queue.body, &["Properties", "MessageRetentionPeriod"]);
    let tries = seconds(queue.body, &["Properties", "RedrivePolicy", "maxReceiveCount"]);
    assert!(kept(queue) > tries * hidden && kept(dead) > kept(queue));
    let to = at(queue.body, &["Properties", "RedrivePolicy", "deadLetterTargetArn"]);
    assert_eq!(to.map(text).as_deref(), Some("GetAtt EventsDeadLetters.Arn"));
    let path = ["Properties", "Events", "Queue", "Properties"];
    let event = at(functions()["events"].body, &path).unwrap();
    assert_eq!(
        at(event, &["Queue"]).map(text).as_deref(),
        Some("GetAtt EventsQueue.Arn")
    );
    let answers = items(at(event, &["FunctionResponseTypes"]).unwrap());
    assert_eq!(
        answers.into_iter().map(text).collect::<Vec<_>>(),
        ["ReportBatchItemFailures"]
    );
}

#[test]
fn each_queue_is_worked_off_by_its_own_function() {
    for (name, function) in functions() {
        let Some(events) = at(function.body, &["Properties", "Events"]).and_then(Yaml::as_mapping) else {
            continue;
        };
        let queues = events
            .values()
            .filter(|event| at(event, &["Type"]).map(text).as_deref() == Some("SQS"));
        assert_eq!(
            queues.count(),
            usize::from(["fan_out", "events"].contains(&name.as_str())),
            "{name}"
        );
    }
}

/// The emulator knows a right that AWS does not: only there a policy of the queue grants something.
#[test]
fn roles_alone_give_rights_to_it() {
    for policy in resources("AWS::SQS::QueuePolicy") {
        assert_eq!(policy.condition(), Some("OnEmulator"), "{}", policy.id);
    }
}
