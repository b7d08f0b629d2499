//! The lines of metrics that the built functions write, one for each invocation that recorded something.

use std::collections::BTreeMap;
use std::path::Path;

use parlour_service::metric;
use serde_json::{Value, json};

use crate::given::{App, Room, build, http_event};
use crate::world::World;

/// More than are told before the answer.
const MANY: usize = 60;
const TEXT: &str = "a secret between us";

/// Runs a function on these events; what it answered, and the line of metrics of each, if it wrote any.
async fn run(world: &mut World, program: &Path, events: Vec<Value>) -> (Vec<Value>, Vec<Value>) {
    let mut function = world.function(program);
    let mut answers = Vec::new();
    for event in events {
        let answered = world.invoke(&mut function, event).await;
        answers.push(answered.unwrap_or_else(|failure| failure));
    }
    let written = function.ended().await;
    for line in written.log.iter().chain(&written.metrics) {
        assert!(!line.to_string().contains(TEXT), "{line}");
    }
    for line in &written.metrics {
        definitions_are_good(line);
    }
    (answers, written.metrics)
}

/// Each metric of a line is defined as in the table, and has values.
fn definitions_are_good(line: &Value) {
    let known: BTreeMap<&str, &str> = metric::NAMES.map(|(name, unit)| (name, unit.as_str())).into();
    assert!(line["_aws"]["Timestamp"].as_u64().unwrap() > 1_700_000_000_000);
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    assert_eq!(directives.len(), 1);
    assert_eq!(directives[0]["Namespace"], "Parlour");
    assert_eq!(
        (&directives[0]["Dimensions"], &line["Stack"]),
        (&json!([["Stack"]]), &json!("test"))
    );
    let defined = directives[0]["Metrics"].as_array().unwrap();
    assert_eq!(line.as_object().unwrap().len(), defined.len() + 2);
    for metric in defined {
        let name = metric["Name"].as_str().unwrap();
        assert_eq!(metric["Unit"], known[name]);
        let values = match &line[name] {
            Value::Array(values) => values.clone(),
            value => vec![value.clone()],
        };
        assert!(
            !values.is_empty() && values.iter().all(|value| value.as_f64() >= Some(0.0)),
            "{line}"
        );
    }
}

/// The counts of a line, and how many values each of its times has.
fn numbers(line: &Value) -> Value {
    let members = line.as_object().unwrap().iter();
    let members = members.filter(|(name, _)| !matches!(name.as_str(), "_aws" | "Stack"));
    let number = |value: &Value| value.as_array().map_or(value.clone(), |values| json!(values.len()));
    Value::Object(members.map(|(name, value)| (name.clone(), number(value))).collect())
}

fn message(room: &Room, from: &str) -> Value {
    let frame = json!({ "action": "send_message", "room_id": room.id, "text_message": TEXT });
    room.frame(from, "send_message", &frame)
}

#[tokio::test]
async fn a_send_is_counted_and_timed_and_its_pushes_too() {
    let built = build().await;
    let mut world = World::start().await;
    let room = App::new(&world).await.room(4).await;
    let stranger = json!({ "action": "send_message", "room_id": "not a room", "text_message": TEXT });
    let events = vec![
        message(&room, "c0"),
        room.frame("c0", "send_message", &stranger),
        message(&room, "c1"),
    ];
    let (_, lines) = run(&mut world, &built.join("send_message"), events).await;
    assert_eq!(world.posted().len(), 6);
    let send = json!({ "Sends": 1, "PushesSent": 3, "SendLatency": 1 });
    assert_eq!(
        lines.iter().map(numbers).collect::<Vec<_>>(),
        [send.clone(), json!({ "Refusals": 1 }), send]
    );
}

#[tokio::test]
async fn a_large_room_is_told_through_the_queue() {
    let built = build().await;
    let mut world = World::start().await;
    let room = App::new(&world).await.room(MANY).await;
    let (_, lines) = run(&mut world, &built.join("send_message"), vec![message(&room, "c0")]).await;
    assert_eq!(world.posted(), []);
    let queued = json!({ "Sends": 1, "PushesQueued": MANY - 1, "SendLatency": 1 });
    assert_eq!(lines.iter().map(numbers).collect::<Vec<_>>(), [queued]);

    let messages = world.queued();
    assert_ne!(messages["Records"].as_array().unwrap().len(), 0);
    let (answers, lines) = run(&mut world, &built.join("fan_out"), vec![messages]).await;
    assert_eq!(answers, [json!({ "batchItemFailures": [] })]);
    let posted = world.posted();
    assert_eq!(posted.len(), MANY - 1);
    assert!(posted.iter().all(|(_, frame)| frame["data"]["text_message"] == TEXT));
    let told = json!({ "PushesSent": MANY - 1, "FanOutDelay": 1 });
    assert_eq!(lines.iter().map(numbers).collect::<Vec<_>>(), [told]);
}

#[tokio::test]
async fn rest_is_counted_as_frames_are_and_what_records_nothing_writes_nothing() {
    let built = build().await;
    let mut world = World::start().await;
    let app = App::new(&world).await;
    let room = app.room(2).await;
    let asked = |method, path: &str, body| http_event(method, path, &app.client_key, &body);
    let path = format!("/room/{}/message/send", room.id);
    let events = vec![
        asked("POST", "/user", json!({ "name": "Bob" })),
        asked("POST", &path, json!({ "text_message": TEXT, "client_id": "m1" })),
        asked("POST", &path, json!({ "text_message": TEXT, "client_id": "m1" })),
        asked("POST", "/user", json!({ "name": 1 })),
    ];
    let (answers, lines) = run(&mut world, &built.join("rest"), events).await;
    let statuses: Vec<&Value> = answers.iter().map(|answer| &answer["statusCode"]).collect();
    assert_eq!(statuses, [201, 201, 200, 400]);
    assert_eq!(
        lines.iter().map(numbers).collect::<Vec<_>>(),
        [
            json!({ "Sends": 1, "PushesSent": 2, "SendLatency": 1 }),
            json!({ "SendLatency": 1 }),
            json!({ "Refusals": 1 }),
        ]
    );
}

#[tokio::test]
async fn an_event_for_an_app_that_there_is_not_is_its_senders_mistake() {
    let built = build().await;
    let mut world = World::start().await;
    App::new(&world).await;
    let event = json!({
        "id": "e-1", "type": "user.created", "time": "2026-01-31T12:00:00Z", "subject": "crm-17", "data": { "name": "Ada" }
    });
    let message = |id: &str, body: Value| json!({ "messageId": id, "body": body.to_string() });
    let messages = [
        message("no app", json!({ "app": "aaaaaaaaaaaaaaaa", "event": event })),
        message("no event", json!({})),
    ];
    let (answers, lines) = run(&mut world, &built.join("events"), vec![json!({ "Records": messages })]).await;
    let left = [
        json!({ "itemIdentifier": "no event" }),
        json!({ "itemIdentifier": "no app" }),
    ];
    assert_eq!(answers, [json!({ "batchItemFailures": left })]);
    assert_eq!(
        lines.iter().map(numbers).collect::<Vec<_>>(),
        [json!({ "Refusals": 2 })]
    );
}

#[tokio::test]
async fn a_function_that_fails_says_so_in_its_metrics() {
    let built = build().await;
    let mut world = World::start().await;
    App::new(&world).await;
    let (answers, lines) = run(&mut world, &built.join("connect"), vec![json!({ "no": "event" })]).await;
    assert_eq!(answers[0]["errorType"], "Fault");
    assert_eq!(lines.iter().map(numbers).collect::<Vec<_>>(), [json!({ "Faults": 1 })]);
}

#[tokio::test]
async fn a_function_that_cannot_start_counts_a_fault() {
    let built = build().await;
    let world = World::start().await;
    let written = world
        .function_with(&built.join("authorizer"), "/no/such/parameter")
        .failed()
        .await;
    assert_eq!(written.metrics.len(), 1, "{:?}", written.metrics);
    definitions_are_good(&written.metrics[0]);
    assert_eq!(numbers(&written.metrics[0]), json!({ "Faults": 1 }));
    assert!(
        written.log.iter().any(|line| line["level"] == "ERROR"),
        "{:?}",
        written.log
    );
}
