//! Native frames: the envelope, and the frame as every action there is.

use std::collections::HashSet;

use parlour_domain::limits;
use parlour_protocol::error::{Code, InvalidInput, WireError};
use parlour_protocol::{asyncapi, frame};
use serde_json::Value;

use super::{Outcome, holds, json};

/// The example of every action in the description.
pub(super) fn vectors() -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    gather(&asyncapi::description(), &mut found);
    found
}

fn gather(value: &Value, found: &mut Vec<Vec<u8>>) {
    match value {
        Value::Object(object) if object.get("action").is_some_and(Value::is_string) => {
            found.push(value.to_string().into_bytes());
        }
        Value::Object(object) => object.values().for_each(|value| gather(value, found)),
        Value::Array(all) => all.iter().for_each(|value| gather(value, found)),
        _ => {}
    }
}

/// As each of these types.
macro_rules! read {
    ($text:expr; $($name:ident)*) => {
        [$((stringify!($name), frame::read::<frame::$name>($text).map(drop))),*]
    };
}

pub(super) fn check(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    let envelope = frame::Envelope::of(&text);
    let id = envelope.request_id.as_deref();
    let short = id.is_none_or(|id| id.chars().count() <= limits::REQUEST_ID_CHARS);
    holds(short, || "a long request_id comes back".to_owned())?;
    let read = read!(&text; AddMember AddMembers BlockUser CreateRoom Delete Edit EditHistory FindRooms Forward GetRoom GetUser
        History JoinRoom LeaveRoom ListFriends ListMembers ListPins ListPublicRooms ListReplies ListRooms MarkDeliveredUpTo
        MarkReadUpTo MarkUnreadFrom MessageStatus MuteMember OfMember OfMessage OfRoom OwnMembership OwnPage PageOfRoom Pin Ping
        Presence React Reauth ReportMessage ReportUser Resume Send SetNotification SetRole TruncateRoom Typing Unread UpdateProfile
        UpdateRoom WatchPresence);
    let mut outcome = format!(
        "{:?}",
        envelope
            .action
            .as_deref()
            .filter(|action| frame::ACTIONS.contains(action))
    );
    let mut said = HashSet::new();
    for (name, read) in read {
        match read {
            Ok(()) => {
                holds(envelope.action.is_some(), || format!("is a {name} without an action"))?;
                outcome.push_str(name);
            }
            // Each type has a list of its own of the fields that it knows: one of these lists is enough.
            Err(error) if said.insert(error.message.split(", expected").next().unwrap_or_default().to_owned()) => {
                outcome.push_str(&refused(id, &error)?);
            }
            Err(_) => {}
        }
    }
    for (name, checked) in checked(&text) {
        match checked {
            Ok(()) => outcome.push_str(name),
            Err(invalid) => outcome.push_str(&refused(id, &invalid.into())?),
        }
    }
    Ok(outcome)
}

/// Those whose fields are looked at without anything else, as far as they can be read.
fn checked(text: &str) -> Vec<(&'static str, Result<(), InvalidInput>)> {
    let mut all = Vec::new();
    if let Ok(frame) = frame::read::<frame::Send>(text) {
        all.push(("sent", frame.split().1.check().map(drop)));
    }
    if let Ok(frame) = frame::read::<frame::Edit>(text) {
        all.push(("edited", frame.change().check().map(drop)));
    }
    if let Ok(frame) = frame::read::<frame::Forward>(text) {
        all.push(("forwarded", frame.to().check().map(drop)));
    }
    if let Ok(frame) = frame::read::<frame::Resume>(text) {
        all.push(("resumed", frame.check().map(drop)));
    }
    if let Ok(frame) = frame::read::<frame::CreateRoom>(text) {
        all.push(("created", frame.room().check().map(drop)));
    }
    if let Ok(frame) = frame::read::<frame::UpdateRoom>(text) {
        all.push(("updated", frame.change().check().map(drop)));
    }
    if let Ok(frame) = frame::read::<frame::UpdateProfile>(text) {
        all.push(("changed", frame.change().check().map(drop)));
    }
    if let Ok(frame) = frame::read::<frame::AddMember>(text) {
        all.push(("added", frame.member().check().map(drop)));
    }
    all
}

/// What the refusal says, which has to be one of the catalogue and to name the request.
fn refused(id: Option<&str>, error: &WireError) -> Result<String, String> {
    let known = matches!(error.code, Code::MalformedJson | Code::InvalidInput);
    holds(known, || format!("is refused with {:?}", error.code))?;
    let written = frame::error(id, error);
    let said = json(&written)?;
    let named = said["event"] == "error" && said["request_id"].as_str() == id;
    holds(named && said["data"]["code"] == error.code.as_str(), || {
        format!("is refused without its name: {written}")
    })?;
    holds(written.len() <= 4_000, || {
        format!("is refused in {} bytes", written.len())
    })?;
    Ok(format!("{}:{}", error.code.as_str(), error.message))
}
