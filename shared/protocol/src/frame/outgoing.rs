//! Frames to a client.

use parlour_domain::limits;
use serde::Serialize;

use crate::error::WireError;

/// A frame to a client, in the order in which a person would read it.
#[derive(Serialize)]
struct Outgoing<'a, T: Serialize> {
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    data: &'a T,
}

fn written<T: Serialize>(event: &str, request_id: Option<&str>, data: &T) -> String {
    // A view of ours always serialises: it has text keys and no floats.
    serde_json::to_string(&Outgoing {
        event,
        request_id,
        data,
    })
    .unwrap_or_default()
}

/// The answer to an action.
#[must_use]
pub fn ack<T: Serialize>(request_id: Option<&str>, data: &T) -> String {
    written("ack", request_id, data)
}

/// The answer to `ping`.
#[must_use]
pub fn pong<T: Serialize>(request_id: Option<&str>, data: &T) -> String {
    written("pong", request_id, data)
}

/// The refusal of an action.
#[must_use]
pub fn error(request_id: Option<&str>, error: &WireError) -> String {
    written("error", request_id, &error.frame_data())
}

/// Something that happened, for a subscriber.
#[must_use]
pub fn event<T: Serialize>(name: &str, data: &T) -> String {
    written(name, None, data)
}

/// Events, each a frame of its own so far, in as few frames as they fit into. An event alone stays as it is.
#[must_use]
pub fn batches<'a>(events: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    const START: &str = r#"{"event":"batch","data":["#;
    const END: &str = "]}";
    let mut frames: Vec<Vec<&str>> = Vec::new();
    let mut size = 0;
    for event in events {
        // With the comma before it.
        size += event.len() + 1;
        match frames.last_mut() {
            Some(frame) if START.len() + size + END.len() <= limits::FRAME_BYTES => frame.push(event),
            _ => {
                frames.push(vec![event]);
                size = event.len();
            }
        }
    }
    let frame = |events: Vec<&str>| match events.as_slice() {
        [event] => (*event).to_owned(),
        events => [START, &events.join(","), END].concat(),
    };
    frames.into_iter().map(frame).collect()
}
