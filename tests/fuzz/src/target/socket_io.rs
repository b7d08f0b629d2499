//! Packets of Socket.IO, whichever service's.

use parlour_protocol::dialect::socket_io::{Emitted, Heard, Said, acknowledged, connect_error, decode, no_namespace};
use serde_json::{Value, json};

use super::{Outcome, beginning, holds, json as read};

/// What a client emits, if that is what it does.
pub(super) fn emitted(frame: &str) -> Option<Emitted> {
    match decode(frame) {
        Heard::Event(emitted) => Some(emitted),
        _ => None,
    }
}

/// An event of this name with this, as it is heard of a client.
pub(super) fn heard(name: &str, argument: &Value) -> Result<Emitted, String> {
    let frame = format!("42{}", json!([name, argument]));
    emitted(&frame).ok_or_else(|| format!("is no event as {}", beginning(&frame)))
}

/// What a client is told, which has to be an event with one thing that comes with it.
pub(super) fn said(frame: &str) -> Result<(String, Value), String> {
    let event = frame.strip_prefix("42").unwrap_or_default();
    serde_json::from_str(event).map_err(|error| format!("is told as {} ({error})", beginning(frame)))
}

pub(super) fn check(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    match decode(&text) {
        Heard::Event(emitted) => event(&emitted, text.len()),
        Heard::ConnectElsewhere(namespace) => {
            holds(namespace != "/" && namespace.len() <= text.len(), || {
                format!("connects to {namespace}")
            })?;
            let refused = no_namespace(&namespace);
            holds(refused.starts_with("44/"), || format!("is refused with {refused}"))?;
            Ok("elsewhere".to_owned())
        }
        Heard::Connect => {
            let refused = connect_error(&text);
            let said = read(refused.strip_prefix("44").unwrap_or_default())?;
            holds(said["message"] == *text, || format!("is refused with {refused}"))?;
            Ok("connect".to_owned())
        }
        other => Ok(format!("{other:?}")),
    }
}

fn event(emitted: &Emitted, length: usize) -> Outcome {
    let bounded = emitted.name.len() <= length && emitted.arguments.len() <= length;
    holds(bounded, || "says more than was sent".to_owned())?;
    let first = emitted.first().unwrap_or(&Value::Null);
    // What comes with it goes out again as it came in, but for the last digits of fractions.
    let frame = Said::new("info", first).frame();
    let said = read(frame.strip_prefix("42").unwrap_or_default())?;
    holds(said[1] == *first || has_fraction(first), || {
        format!("is told as {frame}")
    })?;
    if let Some(id) = emitted.acknowledge {
        let acknowledged = acknowledged(id);
        holds(acknowledged == format!("43{id}[]"), || {
            format!("is acknowledged with {acknowledged}")
        })?;
    }
    let again = json!([emitted.name]);
    let number = emitted.acknowledge.map(|id| id.to_string()).unwrap_or_default();
    let Heard::Event(heard) = decode(&format!("42{number}{again}")) else {
        return Err(format!("is not the same as 42{number}{again}"));
    };
    let same = heard.name == emitted.name && heard.acknowledge == emitted.acknowledge;
    holds(same, || format!("is not the same as 42{number}{again}"))?;
    let kinds: String = emitted.arguments.iter().take(3).map(kind).collect();
    Ok(format!("event {} {kinds}", emitted.acknowledge.is_some()))
}

/// Whether there is a number that may be another one when it is written and read.
pub(super) fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(all) => all.iter().any(has_fraction),
        Value::Object(object) => object.values().any(has_fraction),
        _ => false,
    }
}

/// One letter for each kind of value.
pub(super) fn kind(value: &Value) -> char {
    match value {
        Value::Null => 'n',
        Value::Bool(_) => 'b',
        Value::Number(_) => '0',
        Value::String(_) => 's',
        Value::Array(_) => 'a',
        Value::Object(_) => 'o',
    }
}
