//! WebSocket frames of the native protocol, both directions.

use parlour_domain::{RoomId, Seq, limits};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::error::{Code, InvalidInput, WireError};
use crate::request::{EditMessage, PriorityOption, SendMessage, given, room_id, seq};

/// The actions and no others; each is a route key.
pub const ACTIONS: [&str; 13] = [
    "join_room",
    "resume",
    "leave_room",
    "send_message",
    "edit_message",
    "delete_message",
    "add_reaction",
    "remove_reaction",
    "history",
    "mark_read",
    "typing",
    "ping",
    "reauth",
];

/// What every frame has in common, read leniently so that a refusal can name the request it refuses.
#[derive(Debug, Clone, Default)]
pub struct Envelope {
    /// Which action; `None`: no JSON object with a text `action`.
    pub action: Option<String>,
    /// Comes back in the answer.
    pub request_id: Option<String>,
}

impl Envelope {
    /// Reads the envelope of any text.
    #[must_use]
    pub fn of(frame: &str) -> Self {
        #[derive(Deserialize)]
        struct Lenient {
            action: Option<Value>,
            request_id: Option<Value>,
        }
        let lenient = serde_json::from_str::<Lenient>(frame);
        let Some(lenient) = lenient.ok().filter(|_| is_object(frame.as_bytes())) else {
            return Self::default();
        };
        let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
        Self {
            action: text(lenient.action),
            request_id: text(lenient.request_id).filter(|id| id.len() <= limits::REQUEST_ID_CHARS),
        }
    }
}

macro_rules! action {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            #[serde(rename = "action")]
            _action: String,
            #[serde(default, rename = "request_id", deserialize_with = "request_id")]
            _request_id: Option<String>,
            $($(#[$field_doc])* pub $field: $kind,)*
        }
    };
}

action!(
    /// `join_room`.
    JoinRoom {
        /// The room.
        room_id: String,
        /// The last entry the client has.
        after_seq: Option<u64>,
    }
);
action!(
    /// `resume`.
    Resume {
        /// The rooms, each once, and what the client has of them.
        rooms: Vec<ResumeRoom>,
    }
);
action!(
    /// `leave_room`.
    LeaveRoom {
        /// The room.
        room_id: String,
    }
);
action!(
    /// `send_message`.
    Send {
        /// The room.
        room_id: String,
        /// What it says.
        text_message: String,
        /// The client's id of the message.
        client_id: Option<String>,
        /// The client's base.
        after_seq: Option<u64>,
        /// The integrator's data.
        custom: Option<serde_json::Map<String, Value>>,
        /// What it is about.
        subject: Option<String>,
        /// The message in whose thread it is.
        parent_id: Option<String>,
        /// The message that it quotes.
        quote_id: Option<String>,
        /// Members that it names.
        mentions: Option<Vec<String>>,
        /// How much it matters.
        priority: Option<PriorityOption>,
        /// The integrator's word for its kind.
        label: Option<String>,
        /// The integrator's word for its state.
        status: Option<String>,
    }
);
action!(
    /// `edit_message`: what is not given stays, `null` removes.
    Edit {
        /// The room.
        room_id: String,
        /// The message.
        message_id: String,
        /// The client's id of this edit.
        client_id: Option<String>,
        /// What it says from here on.
        text_message: Option<String>,
        /// New custom data, or `null`.
        #[serde(default, deserialize_with = "given")]
        custom: Option<Option<serde_json::Map<String, Value>>>,
        /// A new subject, or `null`.
        #[serde(default, deserialize_with = "given")]
        subject: Option<Option<String>>,
        /// A new state, or `null`.
        #[serde(default, deserialize_with = "given")]
        status: Option<Option<String>>,
        /// The members that it names from here on.
        mentions: Option<Vec<String>>,
    }
);
action!(
    /// `delete_message`.
    Delete {
        /// The room.
        room_id: String,
        /// The message.
        message_id: String,
        /// Whether nothing of what it said is kept.
        hard: Option<bool>,
        /// The client's id of this deletion.
        client_id: Option<String>,
    }
);
action!(
    /// `add_reaction` and `remove_reaction`.
    React {
        /// The room.
        room_id: String,
        /// The message.
        message_id: String,
        /// With what.
        reaction: String,
    }
);
action!(
    /// `history`.
    History {
        /// The room.
        room_id: String,
        /// Newest first, before this entry.
        before_seq: Option<u64>,
        /// Oldest first, after this entry.
        after_seq: Option<u64>,
        /// At most so many.
        limit: Option<u64>,
    }
);
action!(
    /// `mark_read`.
    MarkReadUpTo {
        /// The room.
        room_id: String,
        /// The last entry read.
        seq: u64,
    }
);
action!(
    /// `typing`.
    Typing {
        /// The room.
        room_id: String,
        /// Whether the user is typing.
        typing: bool,
    }
);
action!(
    /// `ping`.
    Ping {}
);
action!(
    /// `reauth`.
    Reauth {
        /// A new user token.
        token: String,
    }
);

/// A room of a `resume`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResumeRoom {
    /// The room.
    pub room_id: String,
    /// The last entry that the client has.
    pub after_seq: u64,
}

impl Resume {
    /// The rooms and places.
    ///
    /// # Errors
    /// The first that is not valid.
    pub fn check(&self) -> Result<Vec<(RoomId, Seq)>, InvalidInput> {
        if self.rooms.is_empty() || self.rooms.len() > limits::ROOMS_PER_CONNECTION {
            let reason = format!("must name 1 to {}", limits::ROOMS_PER_CONNECTION);
            return Err(InvalidInput::new("rooms", reason));
        }
        let mut rooms = Vec::with_capacity(self.rooms.len());
        for asked in &self.rooms {
            let room = room_id(&asked.room_id)?;
            if rooms.iter().any(|(named, _)| *named == room) {
                return Err(InvalidInput::new("rooms", "must name each room once"));
            }
            rooms.push((room, seq("after_seq", asked.after_seq)?));
        }
        Ok(rooms)
    }
}

impl Send {
    /// The room and the message, as REST has them.
    #[must_use]
    pub fn split(self) -> (String, SendMessage) {
        let Self {
            room_id,
            text_message,
            client_id,
            after_seq,
            custom,
            subject,
            parent_id,
            quote_id,
            mentions,
            priority,
            label,
            status,
            ..
        } = self;
        (
            room_id,
            SendMessage {
                text_message,
                client_id,
                after_seq,
                custom,
                subject,
                parent_id,
                quote_id,
                mentions: mentions.unwrap_or_default(),
                priority,
                label,
                status,
            },
        )
    }
}

impl Edit {
    /// The change, as REST has it.
    #[must_use]
    pub fn change(self) -> EditMessage {
        EditMessage {
            text_message: self.text_message,
            custom: self.custom,
            subject: self.subject,
            status: self.status,
            mentions: self.mentions,
        }
    }
}

/// One that is too long could not come back, and the client would wait for it.
fn request_id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    match Option::<String>::deserialize(from)? {
        Some(id) if id.len() > limits::REQUEST_ID_CHARS => Err(D::Error::custom("too long")),
        id => Ok(id),
    }
}

/// Whether a JSON text is an object if it is valid: what is read into a struct would be read from a list of its fields too.
#[must_use]
pub fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().starts_with(b"{")
}

/// Reads a frame as the action it says it is.
///
/// # Errors
/// `malformed_json` or `invalid_input`; the text of the frame is not repeated.
pub fn read<T: DeserializeOwned>(frame: &str) -> Result<T, WireError> {
    let malformed = || WireError::new(Code::MalformedJson);
    if !is_object(frame.as_bytes()) {
        return Err(malformed());
    }
    serde_json::from_str(frame).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => InvalidInput::new("frame", describe(&error)).into(),
        _ => malformed(),
    })
}

/// What serde says of a wrong field, without values: only the part that names fields and types of ours.
#[must_use]
pub fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let named = ["missing field", "unknown field", "duplicate field"]
        .iter()
        .any(|start| text.starts_with(start));
    if named {
        // A field name that the client made up is the client's text: keep ours only.
        let end = if text.starts_with("unknown field") {
            text.find(", expected")
        } else {
            None
        };
        match end {
            Some(at) => format!(
                "has an unknown field{}",
                &text[at..].split(" at line").next().unwrap_or_default()
            ),
            None => format!("has a {}", text.split(" at line").next().unwrap_or_default()),
        }
    } else {
        "has a field of the wrong type".to_owned()
    }
}

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

#[cfg(test)]
mod tests;
