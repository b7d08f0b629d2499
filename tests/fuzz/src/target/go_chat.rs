//! go-chat: frames, and REST.

use parlour_protocol::dialect::People;
use parlour_protocol::dialect::go_chat::rest::{self, Call, NewRoom, Status};
use parlour_protocol::dialect::go_chat::{Asked as Frame, decode, error, message_history, new_message};
use parlour_protocol::view::EntryView;
use serde_json::json;

use super::asked::Asked;
use super::{Outcome, holds, json as read};

/// As many bytes as a frame of AWS has at most, less what surrounds the page.
const PAGE_BYTES: usize = 100_000;

pub(super) fn frame(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    let Some(asked) = decode(&text) else {
        // Silence is the service's answer.
        return Ok("nothing".to_owned());
    };
    match &asked {
        Frame::Message(content) => {
            holds(content.len() <= text.len(), || "says more than was sent".to_owned())?;
            same(&asked, &json!({ "type": "message", "content": content }).to_string())?;
            told(content)?;
            Ok(format!("message {}", content.is_empty()))
        }
        Frame::History { offset, limit } => {
            holds((1..=100).contains(limit), || format!("asks for {limit} messages"))?;
            if let Ok(offset) = i64::try_from(*offset) {
                same(
                    &asked,
                    &json!({ "type": "get_history", "limit": limit, "offset": offset }).to_string(),
                )?;
            }
            Ok(format!("history {} {}", offset.min(&2), [1, 50, 100].contains(limit)))
        }
    }
}

/// Whoever would say the same in fewer words is understood as the same.
fn same(asked: &Frame, written: &str) -> Result<(), String> {
    holds(decode(written).as_ref() == Some(asked), || {
        format!("is not the same as {written}")
    })
}

/// Everyone hears what was said, and what went wrong is said in the service's form.
fn told(content: &str) -> Result<(), String> {
    let entry = EntryView {
        text_message: Some(content.to_owned()),
        ..EntryView::default()
    };
    let people = People::default();
    let told = read(&new_message(&entry, &people))?;
    let whole = told["data"]["content"] == content && told["payload"] == told["data"] && told["type"] == "new_message";
    holds(whole, || "is told otherwise".to_owned())?;
    let history = read(&message_history(
        content,
        (content, content),
        &[entry],
        &people,
        PAGE_BYTES,
    ))?;
    holds(history["data"][0]["content"] == content, || {
        "is otherwise in history".to_owned()
    })?;
    let failed = read(&error(content, (content, content), content))?;
    let both = failed["data"]["error"] == content && failed["payload"] == failed["data"] && failed["type"] == "error";
    holds(both, || "has no error of the service's form".to_owned())
}

pub(super) fn rest(input: &[u8]) -> Outcome {
    let asked = Asked::of(input);
    let done = match rest::call(&asked.method, &asked.path) {
        Ok(call) => called(&asked, call),
        Err(status) => Err(status),
    };
    match done {
        Ok(what) => what,
        Err(status) => refused(&status),
    }
}

fn called(asked: &Asked<'_>, call: Call<'_>) -> Result<Outcome, Status> {
    Ok(Ok(match call {
        Call::CreateRoom => {
            let room = NewRoom::read(asked.body)?;
            room.check_name()?;
            format!("a room {}", room.name.is_ascii())
        }
        Call::Validate => format!("a token {}", rest::token_in(asked.body)?.is_some()),
        Call::Rooms => return Ok(page(rest::paging(&asked.parameters)?)),
        Call::SearchRooms => {
            let name = rest::searched(&asked.parameters)?;
            let page = page(rest::paging(&asked.parameters)?);
            return Ok(page.map(|page| format!("{page} of names {}", name.is_ascii())));
        }
        Call::RoomsOf(id) | Call::Room(id) | Call::DeleteRoom(id) | Call::User(id) => {
            let one = !id.is_empty() && !id.contains('/');
            return Ok(holds(one, || format!("names {id}")).map(|()| format!("{:?}", std::mem::discriminant(&call))));
        }
    }))
}

fn page((limit, offset): (usize, usize)) -> Outcome {
    holds((1..=100).contains(&limit), || format!("asks for {limit} rooms"))?;
    Ok(format!("a page {} {}", [1, 10, 100].contains(&limit), offset.min(2)))
}

/// What the refusal says, which has to be one of gRPC.
fn refused(status: &Status) -> Outcome {
    let said = serde_json::to_value(status).map_err(|error| error.to_string())?;
    let known = [400, 404, 501].contains(&status.http());
    let form = said["code"].is_u64() && said["message"].is_string() && said["details"] == json!([]);
    holds(known && form, || format!("is refused with {}: {said}", status.http()))?;
    Ok(said.to_string())
}
