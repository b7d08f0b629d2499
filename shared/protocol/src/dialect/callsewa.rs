//! `sub-rat/ChatServer`, known as callsewa: events of Socket.IO, whole numbers for ids, and texts in base64 on their way to the client.
//!
//! Where its document and the service itself disagree, what the service says is said, with the fields of both.

mod asked;
mod model;

use parlour_domain::RoomNumber;
use serde::Serialize;
use serde_json::Value;

use super::socket_io::Said;
use super::{Beside, Event, People, Recipient, Roster};
use crate::view::{EntryView, MemberView, RoomView};

pub use asked::{Asked, Refusal, decode};
pub use model::{Chat, Listed, Room, RoomData, User, name};

const HAS_JOINED: &str = "has joined!";
const HAS_LEFT: &str = "has left";

/// The number of the app whose users and rooms are told of: the base URL names it, and it is the first of its own.
#[must_use]
pub const fn app_number() -> u64 {
    1
}

pub(super) fn needs_message(event: &str) -> bool {
    matches!(event, "message_edited" | "message_deleted")
}

pub(super) fn needs_roster(event: &str) -> bool {
    matches!(event, "user_connected" | "user_disconnected")
}

/// An event in the words of the service; none where it has none for it.
#[must_use]
pub fn encode(event: &Event, to: Recipient<'_>, beside: &Beside) -> Vec<Said> {
    let (people, Some(room)) = (to.people, beside.room) else {
        return Vec::new();
    };
    let one = match event.name.as_str() {
        "new_message" => event.entry().map(|entry| message(room, &entry, people)),
        "message_edited" => edited(event, beside).map(|entry| message(room, entry, people)),
        "message_deleted" => beside.message.as_ref().map(|entry| deleted(room, entry, people)),
        "typing" => typing(&event.data, people),
        "typing_users" => return items(event).filter_map(|item| typing(item, people)).collect(),
        "read" => seen_by(people, event.text("user_id")),
        "receipts" => {
            let read = items(event).filter(|item| item.get("read_seq").is_some());
            let users = read.filter_map(|item| item.get("user_id")?.as_str());
            return users.filter_map(|user| seen_by(people, user)).collect();
        }
        "user_connected" => return comes_or_goes(event, HAS_JOINED, people, beside),
        "user_disconnected" => return comes_or_goes(event, HAS_LEFT, people, beside),
        _ => None,
    };
    one.into_iter().collect()
}

fn items(event: &Event) -> impl Iterator<Item = &Value> {
    event.data.get("items").and_then(Value::as_array).into_iter().flatten()
}

/// The message as it is now. Where not everyone may see it, nobody is told what it says; and one that is deleted meanwhile says nothing.
fn edited<'a>(event: &Event, beside: &'a Beside) -> Option<&'a EntryView> {
    let omitted = event.data.get("content_omitted").and_then(Value::as_bool);
    let message = beside.message.as_ref()?;
    (omitted != Some(true) && message.deleted_at.is_none()).then_some(message)
}

fn typing(who: &Value, people: &People) -> Option<Said> {
    let typing = who.get("typing").filter(|typing| typing.is_boolean())?;
    is_typing(people, who.get("user_id")?.as_str()?, typing)
}

/// Who else comes and goes is told with who is there then.
fn comes_or_goes(event: &Event, does: &str, people: &People, beside: &Beside) -> Vec<Said> {
    let info = info(people, event.text("user_id"), does);
    let data = beside.roster.as_ref().map(|roster| room_data(roster, people));
    info.into_iter().chain(data).collect()
}

fn info(people: &People, who: &str, does: &str) -> Option<Said> {
    let number = people.seen(who).number?;
    Some(Said::new("info", &format!("{number} {does}")))
}

/// A message, as everyone in the room hears of it, its sender included; so too when it says something else.
#[must_use]
pub fn message(room: RoomNumber, entry: &EntryView, people: &People) -> Said {
    Said::new("message", &Chat::new(room, entry, people))
}

/// A message is deleted.
#[must_use]
pub fn deleted(room: RoomNumber, entry: &EntryView, people: &People) -> Said {
    Said::new("delete", &Chat::new(room, entry, people))
}

#[derive(Serialize)]
struct IsTyping<'a> {
    data: User,
    typing: &'a Value,
}

/// A user types, or has stopped; `None`: they are deleted.
#[must_use]
pub fn is_typing(people: &People, who: &str, typing: &Value) -> Option<Said> {
    let data = User::new(people, who)?;
    Some(Said::new("is_typing", &IsTyping { data, typing }))
}

/// A user has seen everything; `None`: they are deleted.
#[must_use]
pub fn seen_by(people: &People, who: &str) -> Option<Said> {
    Some(Said::new("seen_by", &User::new(people, who)?))
}

/// The client has joined.
#[must_use]
pub fn joined() -> Said {
    // As the service spells it; its document does not.
    Said::new("info", &"You have joined the room")
}

/// The client has left.
#[must_use]
pub fn has_left(people: &People, who: &str) -> Option<Said> {
    info(people, who, HAS_LEFT)
}

/// The room that the client has joined, with as many of its members as fit into `most` bytes.
#[must_use]
pub fn room_info(number: RoomNumber, room: &RoomView, members: &[MemberView], people: &People, most: usize) -> Said {
    Said::new("room_info", &Room::new(number, room, members, people, most))
}

/// Who is connected to the room.
#[must_use]
pub fn room_data(roster: &Roster, people: &People) -> Said {
    Said::new("roomData", &RoomData::new(roster, people))
}

/// A page of history: as many of these messages, newest first, as fit into `most` bytes.
#[must_use]
pub fn load_more(room: RoomNumber, entries: &[EntryView], people: &People, most: usize) -> Said {
    let there = entries.iter().filter(|entry| entry.deleted_at.is_none());
    let listed = there.map(|entry| Listed::from(Chat::new(room, entry, people)));
    Said::new("load_more", &model::fitting(listed, most))
}

#[cfg(test)]
mod tests;
