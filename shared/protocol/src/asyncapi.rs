//! The AsyncAPI 3 description of the WebSocket, made of the types that read and write the frames: every action with its answers,
//! every event, every error. It is what `GET /docs/asyncapi.json` serves.

mod actions;
mod events;
mod schemas;

use serde_json::{Map, Value, json};

use crate::error::{Code, ErrorView};
use crate::refusals;
use actions::Action;
use events::{EVENTS, Event};
use schemas::Schemas;

/// The ids that stand in examples, so that who runs them can put their own in their place.
pub mod example {
    /// A room.
    pub const ROOM: &str = "5f8a1c3e-7b2d-8e4f-9a6b-0c1d2e3f4a5b";
    /// Another room, into which a message is forwarded.
    pub const OTHER_ROOM: &str = "6a9b2d4f-8c3e-8f5a-8b7c-1d2e3f4a5b6c";
    /// A message of the room.
    pub const MESSAGE: &str = "7bac3e5a-9d4f-8a6b-9c8d-2e3f4a5b6c7d";
    /// A user.
    pub const USER: &str = "0192d5c8-4b1e-7f3a-8c2d-9e0f1a2b3c4d";
    /// A user token.
    pub const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.example.token";
}

const ABOUT: &str = "A connection for a user's client: it asks by actions, each of which is answered by `ack` (`ping`: `pong`) or \
`error`, and hears events. An answer has the `request_id` of its action; an event has none. Fields that are not described here are \
refused in what a client sends, and to be ignored in what it gets.";

/// Where the description has the codes of an action's refusals for programs.
const CODES: &str = "x-codes";

/// What the connection manager says itself is a frame of another form than all others: it has no `event`, so no event is named so.
const FAULT: &str = "fault";
const FAULT_ABOUT: &str = "The connection manager itself answers a frame: it is one too many, or its function failed.";

/// The description. A client may read it as it is; `$ref`s are all within it.
#[must_use]
pub fn description() -> Value {
    let mut schemas = Schemas::default();
    let mut messages = Map::new();
    let mut operations = Map::new();
    messages.insert("error".to_owned(), error_message(&mut schemas));
    for action in actions::all() {
        let (asks, answers) = (action_message(action, &mut schemas), ack_message(action, &mut schemas));
        messages.insert(action.name.to_owned(), asks);
        messages.insert(answer_name(action.name), answers);
        operations.insert(action.name.to_owned(), asked(action));
    }
    for event in EVENTS {
        messages.insert(event_name(event.name), event_message(event, &mut schemas));
        operations.insert(event_name(event.name), told(event));
    }
    messages.insert(event_name("batch"), batch());
    operations.insert(
        event_name("batch"),
        operation("send", "Several events, in order.", &event_name("batch")),
    );
    messages.insert(event_name(FAULT), fault());
    operations.insert(event_name(FAULT), operation("send", FAULT_ABOUT, &event_name(FAULT)));
    let of_channel: Map<_, _> = messages
        .keys()
        .map(|name| (name.clone(), reference("components/messages", name)))
        .collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Parlour",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "servers": servers(),
        "channels": { "connection": {
            "address": "/ws",
            "description": "One connection. On AWS the path is the name of the stage.",
            "messages": of_channel,
            "bindings": { "ws": binding() },
        } },
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": schemas.into_map(),
            "securitySchemes": security(),
        },
    })
}

/// The name of the message that answers an action.
#[must_use]
pub fn answer_name(action: &str) -> String {
    format!("{action}.answer")
}

/// The name of the message, and of the operation, of an event.
#[must_use]
pub fn event_name(event: &str) -> String {
    format!("on.{event}")
}

fn reference(place: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/{place}/{name}") })
}

fn operation(action: &str, summary: &str, message: &str) -> Value {
    json!({
        "action": action,
        "summary": summary,
        "channel": reference("channels", "connection"),
        "messages": [reference("channels/connection/messages", message)],
    })
}

/// What the server receives, and what it answers with.
fn asked(action: &Action) -> Value {
    let mut asked = operation("receive", action.summary, action.name);
    let codes = refusals::of_action(action.name);
    asked["description"] = json!(format!("Refused with one of these:\n\n{}", refusals::told(&codes)));
    asked[CODES] = codes.iter().map(|code| code.as_str()).collect();
    let message = |name: &str| reference("channels/connection/messages", name);
    asked["reply"] = json!({
        "channel": reference("channels", "connection"),
        "messages": [message(&answer_name(action.name)), message("error")],
    });
    asked
}

fn told(event: &Event) -> Value {
    operation("send", event.summary, &event_name(event.name))
}

/// A frame of the server. `answers`: whether it has the `request_id` of an action.
fn frame(event: &str, answers: bool, data: &Value) -> Value {
    let mut frame = json!({
        "type": "object",
        "required": ["event", "data"],
        "properties": { "event": { "type": "string", "const": event }, "data": data },
        "additionalProperties": false,
    });
    if answers {
        frame["properties"]["request_id"] =
            json!({ "type": "string", "description": "That of the action, if it had one." });
    }
    frame
}

fn message(name: &str, summary: &str, payload: &Value) -> Value {
    json!({ "name": name, "title": name, "summary": summary, "payload": payload })
}

fn correlated(mut message: Value) -> Value {
    message["correlationId"] = json!({ "location": "$message.payload#/request_id" });
    message
}

fn action_message(action: &Action, schemas: &mut Schemas) -> Value {
    let payload = json!({
        "allOf": [
            (action.asks)(schemas),
            { "type": "object", "properties": { "action": { "const": action.name } } },
        ],
    });
    let mut asks = correlated(message(action.name, action.summary, &payload));
    let mut example = (action.example)();
    example["action"] = json!(action.name);
    asks["examples"] = json!([{ "name": action.name, "payload": example }]);
    asks
}

fn ack_message(action: &Action, schemas: &mut Schemas) -> Value {
    let event = if action.name == "ping" { "pong" } else { "ack" };
    let payload = frame(event, true, &(action.answers)(schemas));
    let summary = format!("The answer to `{}`.", action.name);
    correlated(message(event, &summary, &payload))
}

fn event_message(event: &Event, schemas: &mut Schemas) -> Value {
    let mut data = (event.data)(schemas);
    if event.is_entry {
        let kind = if event.name == "new_message" {
            "message"
        } else {
            event.name
        };
        data = json!({ "allOf": [data, { "type": "object", "properties": { "type": { "const": kind } } }] });
    }
    message(event.name, event.summary, &frame(event.name, false, &data))
}

/// Events that come close together in a large room.
fn batch() -> Value {
    let of_events: Vec<_> = EVENTS
        .iter()
        .map(|event| json!({ "$ref": format!("#/components/messages/{}/payload", event_name(event.name)) }))
        .collect();
    let data = json!({ "type": "array", "minItems": 2, "items": { "oneOf": of_events } });
    message("batch", "Several events, in order.", &frame("batch", false, &data))
}

/// As API Gateway has it.
fn fault() -> Value {
    let text = |about: &str| json!({ "type": "string", "description": about });
    let payload = json!({
        "type": "object",
        "required": ["message", "connectionId", "requestId"],
        "properties": {
            "message": text("`Too Many Requests`, `Internal server error`, `Endpoint request timed out` or another one for people."),
            "connectionId": text("The connection."),
            "requestId": text("Names this answer in logs; none of the client's."),
        },
        "additionalProperties": false,
    });
    let about = "It has no `event`, and does not say which frame it answers: an action that gets no answer is sent again, with the same \
`client_id`.";
    let mut fault = message(FAULT, FAULT_ABOUT, &payload);
    fault["description"] = json!(about);
    fault
}

fn error_message(schemas: &mut Schemas) -> Value {
    let payload = frame("error", true, &schemas.reference::<ErrorView>());
    let mut error = correlated(message("error", "An action is refused, or a frame is none.", &payload));
    let codes: Vec<_> = Code::ALL
        .iter()
        .map(|code| format!("- `{}` (as REST's {}): {}", code.as_str(), code.status(), code.title()))
        .collect();
    let about = "Which codes an action is refused with stands with the action; those that are as 500 and 503 can meet any. `code` is \
one of the catalogue";
    error["description"] = json!(format!("{about}:\n\n{}", codes.join("\n")));
    error["examples"] = json!([{
        "name": "not_found",
        "payload": { "event": "error", "request_id": "r1", "data": crate::WireError::new(Code::NotFound).frame_data() },
    }]);
    error
}

fn servers() -> Value {
    let host = json!({ "host": { "default": "localhost", "description": "Where your Parlour is." } });
    let security: Vec<_> = ["ticket", "token", "subprotocol"]
        .into_iter()
        .map(|name| reference("components/securitySchemes", name))
        .collect();
    json!({
        "public": { "host": "{host}", "protocol": "wss", "variables": host, "security": security },
        "local": { "host": "127.0.0.1:8080", "protocol": "ws", "security": security },
    })
}

fn security() -> Value {
    json!({
        "ticket": { "type": "httpApiKey", "name": "ticket", "in": "query",
            "description": "A ticket of `POST /ticket`: 60 s, works once." },
        "token": { "type": "httpApiKey", "name": "token", "in": "query",
            "description": "A user token. The least safe way: URLs end up in logs." },
        "subprotocol": { "type": "httpApiKey", "name": "sec-websocket-protocol", "in": "header",
            "description": "The subprotocols `parlour.v1` and `parlour.token.<token>`." },
    })
}

fn binding() -> Value {
    json!({
        "method": "GET",
        "query": { "type": "object", "properties": {
            "ticket": { "type": "string" },
            "token": { "type": "string" },
            "app": { "type": "string", "description": "With a token that Parlour did not issue: the app by whose settings it is proven." },
            "hello": { "type": "string", "const": "1", "description": "With it the first event is `hello`." },
        } },
        "bindingVersion": "0.1.0",
    })
}

#[cfg(test)]
mod tests;
