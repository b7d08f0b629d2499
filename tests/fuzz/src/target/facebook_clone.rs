//! facebook-clone: frames, and REST.

use parlour_protocol::dialect::facebook_clone::rest::{self, Page, Resource, Wanted};
use parlour_protocol::dialect::facebook_clone::{Asked as Frame, decode, error};
use serde_json::{Value, json};

use super::asked::Asked;
use super::{Outcome, holds, json as read};

/// Where lists are.
const URL: &str = "https://chat.example/a/acme/facebook-clone/api/chat/users/";
/// Items of the list whose pages are asked for.
const ITEMS: u64 = 25;

pub(super) fn frame(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    let Some(asked) = decode(&text) else {
        // The protocol has no word for it.
        return Ok("nothing".to_owned());
    };
    let (room, content, kind) = match &asked {
        Frame::Message { room, content } => (room, content.as_str(), "chat.message"),
        Frame::Typing { room, typing: true } => (room, "", "friend.typing.start"),
        Frame::Typing { room, typing: false } => (room, "", "friend.typing.stop"),
        Frame::Read { room } => (room, "", "chat.read"),
    };
    let bounded = !room.is_empty() && room.len() + content.len() <= text.len();
    holds(bounded, || "names no room, or says more than was sent".to_owned())?;
    let written = json!({ "type": kind, "data": { "room": room, "content": content } }).to_string();
    holds(decode(&written).as_ref() == Some(&asked), || {
        format!("is not the same as {written}")
    })?;
    let failed = read(&error(content))?;
    holds(failed["data"]["error"] == content, || {
        "has no error of the service's form".to_owned()
    })?;
    Ok(kind.to_owned())
}

pub(super) fn rest(input: &[u8]) -> Outcome {
    let asked = Asked::of(input);
    let Some(found) = rest::find(&asked.path) else {
        return Ok("not found".to_owned());
    };
    let resource = found.route.resource;
    let of_room = matches!(resource, Resource::Room | Resource::Messages);
    let named = found.id.is_empty() != of_room && !found.id.contains('/');
    holds(named, || format!("names {:?} as the room of {resource:?}", found.id))?;
    if !found.route.has(&asked.method) {
        return says(&rest::not_allowed(&asked.method)).map(|()| format!("{resource:?} not allowed"));
    }
    let marks = rest::marks_read(asked.parameter("mark_read"), asked.body);
    let filter = match rest::only_online(asked.parameter("filter")) {
        Ok(online) => format!("{online}"),
        Err(said) => {
            holds(said["filter"][0].is_string(), || format!("is refused with {said}"))?;
            "no such filter".to_owned()
        }
    };
    let page = page(&asked)?;
    Ok(format!("{resource:?} {} {marks} {filter} {page}", found.slash))
}

fn says(error: &Value) -> Result<(), String> {
    holds(error["detail"].is_string(), || format!("is refused with {error}"))
}

/// A page of a list, whose links lead to the pages beside it.
fn page(asked: &Asked<'_>) -> Outcome {
    let wanted = Wanted::read(asked.parameter("page"));
    let Some(number) = wanted.and_then(|wanted| wanted.of(ITEMS)) else {
        return says(&rest::detail("Invalid page.")).map(|()| "no such page".to_owned());
    };
    let skip = wanted.and_then(Wanted::skip).unwrap_or_default();
    holds(skip < ITEMS, || format!("leaves out {skip} of {ITEMS}"))?;
    let last = ITEMS.div_ceil(rest::PAGE);
    let page = serde_json::to_value(Page::new(ITEMS, number, vec![()], (URL, &asked.query)));
    let page = page.map_err(|error| error.to_string())?;
    for (name, to) in [("next", number + 1), ("previous", number - 1)] {
        match page[name].as_str() {
            None => holds(to == 0 || to > last, || format!("page {number} has no {name}"))?,
            Some(link) => {
                let query = link.strip_prefix(URL).unwrap_or("nowhere");
                let query = query.strip_prefix('?').unwrap_or(query);
                let there = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "page");
                let there = Wanted::read(there.map(|(_, value)| value.into_owned()).as_deref());
                holds(there == Some(Wanted::Page(to)), || {
                    format!("{name} of page {number} leads to {link}")
                })?;
            }
        }
    }
    Ok(format!("page {number}"))
}
