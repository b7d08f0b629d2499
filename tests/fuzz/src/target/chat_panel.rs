//! chat-panel: events, and REST.

use parlour_domain::limits;
use parlour_protocol::dialect::People;
use parlour_protocol::dialect::chat_panel::rest::{
    self, Call, ChangedRoom, ChangedUser, Init, NewPanelRoom, NewPanelUser, Paging, Problem, Sent,
};
use parlour_protocol::dialect::chat_panel::{Asked as Wanted, Wish, decode, new_message};
use parlour_protocol::view::EntryView;
use serde_json::{Value, json};

use super::asked::Asked;
use super::socket_io::{emitted, heard, kind, said};
use super::{Outcome, holds};

/// What means something in events.
pub(super) const WORDS: &[&str] = &[
    "42[\"join_room\",",
    "42[\"send_message\",",
    "450-",
    "join_room",
    "send_message",
    "new_message",
    "error",
    "room_id",
    "text_message",
    "\\\"room_id\\\":",
    "\\\"text_message\\\":",
    "\\\\u0000",
];

/// What means something in requests.
pub(super) const REST_WORDS: &[&str] = &[
    "GET ",
    "POST ",
    "PATCH ",
    "DELETE ",
    "/healthCheck",
    "/docs",
    "/docs-json",
    "/auth/",
    "/auth/init",
    "/user",
    "/room",
    "/join",
    "/message",
    "/message/send",
    "page=",
    "&perPage=",
    "messageCount=",
    "user_id",
    "nickname",
    "name",
    "users",
    "room_id",
    "text_message",
    "textMessage",
];

/// Items of the list whose pages are asked for.
const ITEMS: u64 = 25;
/// So much longer may be what is said in fewer words: the fields that were left out.
const LEFT_OUT: usize = 64;

pub(super) fn frame(input: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(input);
    let Some(event) = emitted(&text) else {
        return Ok("no event".to_owned());
    };
    let name = event.name.as_str();
    let known = matches!(name, "join_room" | "send_message");
    let asked = decode(&event);
    // Silence is the service's answer to what it does not know, and to nothing else.
    holds(asked.is_some() == known, || format!("{name} is known: {known}"))?;
    let payload = event.first().map_or('-', kind);
    match asked {
        None => Ok("nothing".to_owned()),
        Some(Ok(asked)) => Ok(format!("{} {payload}", understood(&asked, name, text.len())?)),
        Some(Err(wish)) => Ok(format!("{} {payload}", failed(wish, name)?)),
    }
}

/// Whoever would say the same in fewer words, as a text or as an object, is understood as the same.
fn understood(asked: &Wanted, name: &str, length: usize) -> Outcome {
    let (own, room, text) = match asked {
        Wanted::Join { room } => ("join_room", room, None),
        Wanted::Send { room, text } => ("send_message", room, Some(text)),
    };
    let size = room.len() + text.map_or(0, String::len);
    let bounded = own == name && !room.is_empty() && size <= length;
    holds(bounded, || "names no room, or says more than was sent".to_owned())?;
    let object = match text {
        None => json!({ "room_id": room }),
        Some(text) => json!({ "room_id": room, "text_message": text }),
    };
    for payload in [Value::String(object.to_string()), object] {
        let again = decode(&heard(name, &payload)?);
        holds(again.as_ref() == Some(&Ok(asked.clone())), || {
            format!("is not the same as {name} with {payload}")
        })?;
    }
    if let Some(text) = text {
        told(room, text)?;
    }
    Ok(format!("{name} {}", text.is_some_and(String::is_empty)))
}

/// Everyone hears what was said, and where.
fn told(room: &str, text: &str) -> Result<(), String> {
    let entry = EntryView {
        room_id: room.to_owned(),
        text_message: Some(text.to_owned()),
        ..EntryView::default()
    };
    let (name, message) = said(&new_message(&entry, &People::default()).frame())?;
    let whole = message["room_id"] == room && message["text_message"]["content"] == text;
    holds(whole && name == "new_message", || format!("is told as {message}"))
}

fn failed(wish: Wish, name: &str) -> Outcome {
    let own = match wish {
        Wish::Join => "join_room",
        Wish::Send => "send_message",
    };
    let (event, why) = said(&wish.failed().frame())?;
    holds(own == name && event == "error" && why.is_string(), || {
        format!("{name} is refused with {event} {why}")
    })?;
    Ok(format!("no {name}"))
}

pub(super) fn rest(input: &[u8]) -> Outcome {
    let asked = Asked::of(input);
    let target = match asked.query.as_str() {
        "" => asked.path.clone(),
        query => format!("{}?{query}", asked.path),
    };
    match rest::call(&asked.method, &asked.path, &target) {
        Ok(call) => {
            let done = called(&asked, call).unwrap_or_else(|problem| refused(&problem).map(|(what, _)| what));
            Ok(format!("{:?} {}", std::mem::discriminant(&call), done?))
        }
        Err(problem) => {
            let (_, message) = refused(&problem)?;
            let expected = format!("Cannot {} {target}", asked.method);
            holds(problem.status() == 404 && message == expected.as_str(), || {
                format!("is not found with {message}")
            })?;
            Ok("not found".to_owned())
        }
    }
}

fn called(asked: &Asked<'_>, call: Call<'_>) -> Result<Outcome, Problem> {
    if let Some(id) = id(call)
        && (id.is_empty() || id.contains('/'))
    {
        return Ok(Err(format!("names {id:?}")));
    }
    let body = asked.body;
    match call {
        Call::Health | Call::Docs | Call::DocsJson => Ok(of_itself(asked, call)),
        Call::Init(_) => same(Init::read, body, |init| json!({ "user_id": init.user_id })),
        Call::CreateUser => same(NewPanelUser::read, body, |user| json!({ "nickname": user.nickname })),
        Call::UpdateUser(_) => same(ChangedUser::read, body, |user| json!({ "nickname": user.nickname })),
        Call::CreateRoom => room(body),
        Call::UpdateRoom(_) => same(ChangedRoom::read, body, |room| json!({ "name": room.name })),
        Call::Send(_) => same(Sent::read, body, |sent| json!({ "text_message": sent.text })),
        Call::Users | Call::Rooms | Call::Messages(_) => Ok(page(&Paging::read(&asked.parameters)?)),
        Call::Room(_) => {
            let count = rest::message_count(&asked.parameters)?;
            let bounded = holds(count <= limits::PAGE_ITEMS, || format!("asks for {count} messages"));
            Ok(bounded.map(|()| format!("{} messages", count.min(2))))
        }
        Call::User(_) | Call::DeleteUser(_) | Call::DeleteRoom(_) | Call::Join(_) => Ok(Ok("by id".to_owned())),
    }
}

/// Whom or what the path names.
fn id(call: Call<'_>) -> Option<&str> {
    match call {
        Call::Init(id) => id,
        Call::User(id)
        | Call::UpdateUser(id)
        | Call::DeleteUser(id)
        | Call::Room(id)
        | Call::UpdateRoom(id)
        | Call::DeleteRoom(id)
        | Call::Join(id)
        | Call::Send(id)
        | Call::Messages(id) => Some(id),
        Call::Health
        | Call::Docs
        | Call::DocsJson
        | Call::CreateUser
        | Call::Users
        | Call::CreateRoom
        | Call::Rooms => None,
    }
}

/// Whatever the address is, it is no more than text in the description.
fn of_itself(asked: &Asked<'_>, call: Call<'_>) -> Outcome {
    let root = asked.query.as_str();
    let marks = |root: &str| rest::description_page(root).matches(['<', '"']).count();
    holds(call.is_public() && marks(root) == marks(""), || {
        format!("{root} is more than text")
    })?;
    let described = rest::description(root);
    holds(described["servers"][0]["url"] == root, || format!("is not at {root}"))?;
    Ok("of itself".to_owned())
}

fn room(body: &[u8]) -> Result<Outcome, Problem> {
    let users = NewPanelRoom::read(body)?.users.len();
    if users > limits::MEMBERS_AT_CREATION {
        return Ok(Err(format!("a room is made with {users} users")));
    }
    same(
        NewPanelRoom::read,
        body,
        |room| json!({ "name": room.name, "users": room.users }),
    )
}

/// Whoever would say the same in fewer words is understood as the same.
fn same<T: PartialEq>(
    read: fn(&[u8]) -> Result<T, Problem>,
    body: &[u8],
    written: fn(&T) -> Value,
) -> Result<Outcome, Problem> {
    let meant = read(body)?;
    let written = written(&meant).to_string();
    let is_same = read(written.as_bytes()).is_ok_and(|again| again == meant);
    let held = holds(is_same && written.len() <= body.len() + LEFT_OUT, || {
        format!("is not the same as {written}, or says more than was sent")
    });
    Ok(held.map(|()| format!("a body {}", written.is_ascii())))
}

fn page(paging: &Paging) -> Outcome {
    let count = paging.count as u64;
    let whole = paging.skip == u64::MAX || paging.skip.is_multiple_of(count);
    holds((1..=limits::PAGE_ITEMS as u64).contains(&count) && whole, || {
        format!("asks for {count} from {} on", paging.skip)
    })?;
    let asked = [("page", paging.page.clone()), ("perPage", count.to_string())];
    let again = Paging::read(&asked.map(|(name, value)| (name.to_owned(), value)));
    holds(again.as_ref() == Ok(paging), || {
        format!("page {} of {count} is another one", paging.page)
    })?;
    let written = serde_json::to_value(paging.of(ITEMS, vec![()])).map_err(|error| error.to_string())?;
    let repeated = written["currentPage"] == paging.page.as_str() && written["totalPage"] == ITEMS.div_ceil(count);
    holds(repeated, || format!("is answered with {written}"))?;
    Ok(format!(
        "a page {} {}",
        paging.skip.min(2),
        [1, 10, 50].contains(&count)
    ))
}

/// What the refusal says, which has to be as the framework writes it; and its message alone.
fn refused(problem: &Problem) -> Result<(String, Value), String> {
    let said = serde_json::to_value(problem).map_err(|error| error.to_string())?;
    let (status, message) = (problem.status(), said["message"].clone());
    let error = match status {
        400 => "Bad Request",
        404 => "Not Found",
        _ => return Err(format!("is refused with {said}")),
    };
    let list = |all: &Vec<Value>| !all.is_empty() && all.iter().all(Value::is_string);
    let form = message.as_array().map_or(message.is_string(), list);
    holds(form && said["error"] == error && said["statusCode"] == status, || {
        format!("is refused with {said}")
    })?;
    Ok((format!("{status} {message}"), message))
}
