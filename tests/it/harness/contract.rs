//! The AsyncAPI description, held against the frames of every test: what the server says is as described, with no field that is
//! not, and so is what it takes.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use jsonschema::Validator;
use parlour_protocol::asyncapi::{answer_name, description, event_name};
use serde_json::{Value, json};

static DESCRIPTION: LazyLock<Value> = LazyLock::new(description);

/// A validator for each message, by name; made when the first such frame comes.
static MESSAGES: LazyLock<HashMap<String, OnceLock<Validator>>> = LazyLock::new(|| {
    let messages = DESCRIPTION["components"]["messages"].as_object().unwrap();
    messages.keys().map(|name| (name.clone(), OnceLock::new())).collect()
});

fn validator(name: &str) -> Validator {
    let components = &DESCRIPTION["components"];
    let mut payload = components["messages"][name]["payload"].clone();
    let mut needed = json!({ "schemas": components["schemas"] });
    if name == event_name("batch") {
        needed["messages"] = components["messages"].clone();
    } else if payload["properties"]["data"].is_object() {
        // A client ignores what it does not know, but the server says nothing that is not described.
        payload["properties"]["data"]["unevaluatedProperties"] = json!(false);
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [payload],
        "components": needed,
    });
    jsonschema::options()
        .build(&schema)
        .unwrap_or_else(|error| panic!("{name} has no schema: {error}"))
}

#[track_caller]
fn check(name: &str, frame: &Value) {
    let made = MESSAGES.get(name);
    let validator = made
        .unwrap_or_else(|| panic!("`{name}` is not described: {frame}"))
        .get_or_init(|| validator(name));
    let wrong: Vec<_> = validator
        .iter_errors(frame)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{name} is not as described: {wrong:?} in {frame}");
}

/// A frame of the server that answers nothing, or refuses, or is the connection manager's own: it must be as described. Answers are
/// looked at with their action.
#[track_caller]
pub(crate) fn heard(frame: &Value) {
    match frame["event"].as_str() {
        Some("ack" | "pong") => {}
        Some("error") => check("error", frame),
        Some("batch") => {
            check(&event_name("batch"), frame);
            // Each by itself too, where nothing that is not described may stand.
            frame["data"].as_array().unwrap().iter().for_each(heard);
        }
        Some(event) => check(&event_name(event), frame),
        None => check(&event_name("fault"), frame),
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
