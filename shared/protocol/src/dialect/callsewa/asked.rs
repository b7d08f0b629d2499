//! What callsewa's clients emit. Total: what the service took for granted, and fell over, is refused in its own words.

use serde_json::Value;

use super::super::socket_io::{Emitted, Said};

/// Messages of a page, if nothing is said.
const PAGE: u64 = 20;
/// The most. The service had no limit.
const LONGEST_PAGE: u64 = 100;
/// The longest text that is told on as what someone said about their typing, in bytes.
const TYPING_BYTES: usize = 100;

/// What a client asks for. All but joining is about the room that its connection joined first and has not left.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// To join the room of this name.
    Join(String),
    /// To leave.
    Leave,
    /// To tell the room whether the user types.
    Typing {
        /// As the client says it, which it gets back.
        echo: Value,
        /// What that means.
        typing: bool,
    },
    /// To have everything read.
    Seen,
    /// To send this.
    Send(String),
    /// For messages, newest first.
    LoadMore {
        /// So many are left out.
        skip: u64,
        /// So many at most.
        count: usize,
    },
    /// To have a message say something else; `None`: there is no such message, or nothing to be said.
    Update(Option<(u64, String)>),
    /// To delete a message; `None`: there is no such message.
    Delete(Option<u64>),
    /// For what there is not.
    Refused(Refusal),
}

/// Why something was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No room is named.
    NoRoomName,
    /// No room of the user's has that name.
    BadRoomName,
    /// There is nothing to send, or no room to send it into.
    NoMessage,
    /// There is no room in which something could be changed.
    NoSender,
    /// Something else: the service tells what went wrong in its inside as an object, of which nothing is left in JSON.
    Unsaid,
}

impl Refusal {
    /// As the client hears of it.
    #[must_use]
    pub fn said(self) -> Said {
        let text = match self {
            Self::NoRoomName => "Input room name",
            Self::BadRoomName => "Invalid room name",
            Self::NoMessage => "No message or sender",
            Self::NoSender => "Sender not found",
            Self::Unsaid => return Said::new("err", &serde_json::json!({})),
        };
        Said::new("err", &text)
    }
}

/// Reads an event. `None`: the service has none of that name.
#[must_use]
pub fn decode(emitted: &Emitted) -> Option<Asked> {
    let first = emitted.first();
    Some(match emitted.name.as_str() {
        "join" => match first {
            Some(Value::String(room)) if !room.is_empty() => Asked::Join(room.clone()),
            argument if is_nothing(argument) => Asked::Refused(Refusal::NoRoomName),
            _ => Asked::Refused(Refusal::BadRoomName),
        },
        "leave" => Asked::Leave,
        "typing" => typing(first),
        "seen" => Asked::Seen,
        "send_message" => match first {
            Some(Value::String(text)) if !text.is_empty() => Asked::Send(text.clone()),
            _ => Asked::Refused(Refusal::NoMessage),
        },
        "load_more" => load_more(first),
        "update" => update(first),
        "delete" => Asked::Delete(first.and_then(id)),
        _ => return None,
    })
}

/// Whether JavaScript takes it for nothing.
fn is_nothing(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => true,
        Some(Value::Number(number)) => number.as_f64() == Some(0.0),
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    }
}

/// The document's example has a text in the place of the boolean that it asks for.
fn typing(said: Option<&Value>) -> Asked {
    let echo = match said {
        Some(Value::String(text)) if text.len() > TYPING_BYTES => None,
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_)) => said.cloned(),
        _ => None,
    };
    let echo = echo.unwrap_or(Value::Bool(true));
    let typing = !is_nothing(Some(&echo)) && echo != "false";
    Asked::Typing { echo, typing }
}

fn load_more(page: Option<&Value>) -> Asked {
    let field = |name: &str| whole(page?.get(name)?);
    let page = field("page").unwrap_or_default().max(1);
    let count = match field("limit") {
        None | Some(0) => PAGE,
        Some(limit) => limit.min(LONGEST_PAGE),
    };
    Asked::LoadMore {
        skip: (page - 1).saturating_mul(count),
        count: usize::try_from(count).unwrap_or_default(),
    }
}

fn update(change: Option<&Value>) -> Asked {
    let field = |name: &str| change?.get(name);
    if is_nothing(field("id")) {
        return Asked::Refused(Refusal::NoSender);
    }
    let text = field("message").and_then(Value::as_str).filter(|text| !text.is_empty());
    Asked::Update(field("id").and_then(id).zip(text.map(str::to_owned)))
}

/// An id, which may be a text: it went into a query as it came.
fn id(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// A number that is none below zero, without what comes after the point; also as a text.
fn whole(value: &Value) -> Option<u64> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it ends at the ends of what there is"
    )]
    let whole = number as u64;
    number.is_finite().then_some(whole)
}
