//! callsewa: events, and REST.

mod rest;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parlour_domain::RoomNumber;
use parlour_protocol::dialect::callsewa::{Asked, Refusal, decode, is_typing, load_more, message};
use parlour_protocol::view::EntryView;
use serde_json::{Value, json};

use super::events::{NUMBER, USER, people};
use super::socket_io::{emitted, has_fraction, heard, kind, said};
use super::{Outcome, holds};

pub(super) use rest::{WORDS as REST_WORDS, check as rest};

/// Everything that there is to be emitted.
const EVENTS: [&str; 8] = [
    "join",
    "leave",
    "typing",
    "seen",
    "send_message",
    "load_more",
    "update",
    "delete",
];

/// What means something in events.
pub(super) const WORDS: &[&str] = &[
    "42[\"join\",",
    "42[\"leave\"]",
    "42[\"typing\",",
    "42[\"seen\"]",
    "42[\"send_message\",",
    "42[\"load_more\",",
    "42[\"update\",",
    "42[\"delete\",",
    "450-",
    "page",
    "limit",
    "id",
    "message",
    "true",
    "false",
    "null",
    "usr-1-2",
];

/// Messages of a page at most.
const LONGEST_PAGE: u64 = 100;
/// The longest text that is told on as what someone said about their typing, in bytes.
const TYPING_BYTES: usize = 100;
/// Up to here every whole number is one of JavaScript's.
const EXACT: u64 = 1 << 53;
/// As many bytes as a frame of AWS has at most, less what surrounds the page.
const PAGE_BYTES: usize = 100_000;

pub(super) fn frame(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    let Some(event) = emitted(&text) else {
        return Ok("no event".to_owned());
    };
    let name = event.name.as_str();
    let known = EVENTS.contains(&name);
    let asked = decode(&event);
    // Nobody listens to anything else.
    holds(asked.is_some() == known, || format!("{name} is known: {known}"))?;
    let Some(asked) = asked else {
        return Ok("nothing".to_owned());
    };
    let what = understood(&asked, name, text.len())?;
    Ok(format!("{name} {} {what}", event.first().map_or('-', kind)))
}

fn understood(asked: &Asked, name: &str, length: usize) -> Outcome {
    let bounded = |text: &str| {
        holds(!text.is_empty() && text.len() <= length, || {
            "says nothing, or more than was sent".to_owned()
        })
    };
    let same = |argument: Value| same(asked, name, &argument);
    let done: Result<(), String> = match asked {
        Asked::Join(room) => bounded(room).and_then(|()| same(json!(room))),
        Asked::Leave | Asked::Seen | Asked::Delete(None) => same(Value::Null),
        Asked::Typing { echo, typing } => return types((asked, name), echo, *typing),
        Asked::Send(text) => bounded(text).and_then(|()| same(json!(text))).and_then(|()| told(text)),
        Asked::LoadMore { skip, count } => return page((asked, name), *skip, *count),
        Asked::Update(None) => same(json!({ "id": true })),
        Asked::Update(Some((id, text))) => bounded(text)
            .and_then(|()| same(json!({ "id": id.to_string(), "message": text })))
            .and_then(|()| told(text)),
        Asked::Delete(Some(id)) => same(json!(id)),
        Asked::Refused(refusal) => return refused(*refusal, name),
    };
    done?;
    Ok(format!(
        "understood {}",
        matches!(asked, Asked::Update(None) | Asked::Delete(None))
    ))
}

/// Whoever would say the same in fewer words is understood as the same.
fn same(asked: &Asked, name: &str, argument: &Value) -> Result<(), String> {
    let again = decode(&heard(name, argument)?);
    holds(again.as_ref() == Some(asked), || {
        format!("is not the same as {name} with {argument}")
    })
}

/// Everyone hears what was said, at once and in history, in base64 of its bytes.
fn told(text: &str) -> Result<(), String> {
    let room = RoomNumber::new(1).ok_or("no room has the number 1")?;
    let entry = EntryView {
        seq: 4,
        user_id: Some(USER.to_owned()),
        text_message: Some(text.to_owned()),
        ..EntryView::default()
    };
    let (_, chat) = said(&message(room, &entry, people()).frame())?;
    let (_, page) = said(&load_more(room, &[entry], people(), PAGE_BYTES).frame())?;
    for chat in [&chat, &page[0]] {
        let bytes = chat["message"].as_str().and_then(|text| STANDARD.decode(text).ok());
        let is_told = bytes.is_some_and(|bytes| bytes == text.as_bytes());
        holds(is_told && chat["userId"] == NUMBER, || format!("is told as {chat}"))?;
    }
    Ok(())
}

/// What someone says of their typing comes back as it is, but for the last digits of fractions.
fn types((asked, name): (&Asked, &str), echo: &Value, typing: bool) -> Outcome {
    let short = match echo {
        Value::String(text) => text.len() <= TYPING_BYTES,
        echo => echo.is_boolean() || echo.is_number(),
    };
    holds(short, || format!("tells {echo} on"))?;
    if !has_fraction(echo) {
        same(asked, name, echo)?;
    }
    let heard = is_typing(people(), USER, echo).ok_or("nobody hears of it")?;
    let (event, told) = said(&heard.frame())?;
    let is_told = (told["typing"] == *echo || has_fraction(echo)) && told["data"]["id"] == NUMBER;
    holds(
        event == "is_typing" && is_told && told["data"]["token"].is_null(),
        || format!("is told as {event} {told}"),
    )?;
    Ok(format!("typing {typing}"))
}

fn page((asked, name): (&Asked, &str), skip: u64, count: usize) -> Outcome {
    let count = count as u64;
    let whole = skip == u64::MAX || skip.is_multiple_of(count);
    holds((1..=LONGEST_PAGE).contains(&count) && whole, || {
        format!("asks for {count} from {skip} on")
    })?;
    let page = (skip / count).saturating_add(1);
    if page <= EXACT {
        same(asked, name, &json!({ "page": page, "limit": count }))?;
    }
    Ok(format!("a page {} {}", skip.min(2), [1, 20, 100].contains(&count)))
}

/// What the refusal says, which has to be of that event.
fn refused(refusal: Refusal, name: &str) -> Outcome {
    let own = match refusal {
        Refusal::NoRoomName | Refusal::BadRoomName => "join",
        Refusal::NoMessage => "send_message",
        Refusal::NoSender => "update",
        Refusal::Unsaid => "nothing that is read",
    };
    let (event, why) = said(&refusal.said().frame())?;
    holds(own == name && event == "err" && why.is_string(), || {
        format!("{name} is refused with {event} {why}")
    })?;
    Ok(why.to_string())
}
