//! The AsyncAPI description, held against the frames of every test: what the server says is as described, with no field that is
//! not, and so is what it takes.

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::Validator;
use parlour_protocol::asyncapi::{answer_name, description, event_name};
use serde_json::{Value, json};

/// A validator for each message, by name.
static MESSAGES: LazyLock<HashMap<String, Validator>> = LazyLock::new(|| {
    let description = description();
    let messages = description["components"]["messages"].as_object().unwrap();
    let validator = |name: &String| (name.clone(), validator(&description, name));
    messages.keys().map(validator).collect()
});

fn validator(description: &Value, name: &str) -> Validator {
    let mut components = description["components"].clone();
    let payload = &mut components["messages"][name]["payload"];
    // A client ignores what it does not know, but the server says nothing that is not described.
    let open = name == "error" || name == event_name("batch");
    if payload["properties"]["data"].is_object() && !open {
        payload["properties"]["data"]["unevaluatedProperties"] = json!(false);
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": format!("#/components/messages/{name}/payload"),
        "components": components,
    });
    jsonschema::options()
        .build(&schema)
        .unwrap_or_else(|error| panic!("{name} has no schema: {error}"))
}

#[track_caller]
fn check(name: &str, frame: &Value) {
    let validator = MESSAGES.get(name);
    let validator = validator.unwrap_or_else(|| panic!("`{name}` is not described: {frame}"));
    let wrong: Vec<_> = validator
        .iter_errors(frame)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{name} is not as described: {wrong:?} in {frame}");
}

/// A frame of the server that answers nothing, or refuses: it must be as described. Answers are looked at with their action.
#[track_caller]
pub(crate) fn heard(frame: &Value) {
    match frame["event"].as_str() {
        Some("ack" | "pong") => {}
        Some("error") => check("error", frame),
        Some(event) => check(&event_name(event), frame),
        None => panic!("an event: {frame}"),
    }
}

/// An action that succeeded: both frames must be as described.
#[track_caller]
pub(crate) fn succeeded(asked: &Value, answer: &Value) {
    let action = asked["action"].as_str().unwrap();
    check(action, asked);
    check(&answer_name(action), answer);
}

/// A frame that a client would send.
#[track_caller]
pub(crate) fn may_be_sent(frame: &Value) {
    check(frame["action"].as_str().unwrap(), frame);
}
