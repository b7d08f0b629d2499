//! `apexkv/facebook-clone`, its chat service: one connection for all rooms of a user, `{"type", "data"}` both ways.

use parlour_domain::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Event, People, Recipient, Seen, said};
use crate::view::{EntryView, RoomListItem};

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To send a message.
    Message {
        /// A room, or a user to whom there may be none yet.
        room: String,
        /// What it says.
        content: String,
    },
    /// To tell the others that the user types, or has stopped.
    Typing {
        /// The room.
        room: String,
        /// Whether it begins.
        typing: bool,
    },
    /// To have everything in a room read.
    Read {
        /// The room.
        room: String,
    },
}

#[derive(Deserialize)]
struct Incoming {
    #[serde(rename = "type")]
    kind: String,
    data: Body,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    room: String,
    #[serde(default)]
    content: String,
}

/// Reads a frame. `None`: it asks for nothing that there is, which is answered with silence; the service itself ended connections for
/// some of these, and left their users online for ever.
#[must_use]
pub fn decode(frame: &str) -> Option<Asked> {
    // A list of the fields is no object.
    if !frame.trim_start().starts_with('{') {
        return None;
    }
    let frame: Incoming = serde_json::from_str(frame).ok()?;
    let Body { room, content } = frame.data;
    if room.is_empty() {
        return None;
    }
    match frame.kind.as_str() {
        "chat.message" if !content.is_empty() => Some(Asked::Message { room, content }),
        "friend.typing.start" => Some(Asked::Typing { room, typing: true }),
        "friend.typing.stop" => Some(Asked::Typing { room, typing: false }),
        "chat.read" => Some(Asked::Read { room }),
        _ => None,
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct User {
    id: String,
    full_name: String,
    is_online: bool,
    last_seen: Option<String>,
    bg_color: String,
}

impl User {
    /// A user, and whether they are there; `last_seen` is RFC 3339.
    #[must_use]
    pub fn new(seen: Seen, is_online: bool, last_seen: Option<&str>) -> Self {
        Self {
            id: seen.id,
            full_name: seen.name,
            is_online,
            last_seen: last_seen.filter(|_| !is_online).map(microseconds),
            bg_color: seen.colour,
        }
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    id: String,
    user: User,
    content: String,
    created_at: String,
    direction: &'static str,
    is_read: bool,
    room: String,
}

impl Message {
    /// A message as the user of this id of Parlour's gets it.
    #[must_use]
    pub fn new(entry: &EntryView, sender: User, reader: &str, is_read: bool) -> Self {
        let own = entry.user_id.as_deref() == Some(reader);
        Self {
            id: entry.id.clone(),
            user: sender,
            content: said(entry).unwrap_or_default(),
            created_at: microseconds(&entry.created_at),
            direction: if own { "sent" } else { "received" },
            is_read,
            room: entry.room_id.clone(),
        }
    }
}

/// A room.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Room {
    id: String,
    friend: Option<User>,
    last_message_at: Option<String>,
    unread_count: u64,
    last_message: Option<String>,
}

impl Room {
    /// A room as its user gets it, with the other one in it.
    #[must_use]
    pub fn new(item: &RoomListItem, friend: Option<User>) -> Self {
        let last = item.last_message.as_ref();
        Self {
            id: item.room.id.clone(),
            friend,
            last_message_at: last.map(|last| microseconds(&last.created_at)),
            unread_count: item.unread.count,
            last_message: last.map(|last| said(last).unwrap_or_default()),
        }
    }
}

/// As Django writes a time: with microseconds.
fn microseconds(at: &str) -> String {
    match at.strip_suffix('Z') {
        Some(at) if at.rsplit_once('.').is_some_and(|(_, part)| part.len() == 3) => format!("{at}000Z"),
        _ => at.to_owned(),
    }
}

#[derive(Serialize)]
struct Outgoing<'a, T: Serialize> {
    #[serde(rename = "type")]
    kind: &'a str,
    data: T,
}

fn written<T: Serialize>(kind: &str, data: T) -> String {
    // Texts, numbers and JSON: there is nothing that could not be written.
    serde_json::to_string(&Outgoing { kind, data }).unwrap_or_default()
}

/// What went wrong. The protocol has no such event, and no client of the service asks for what is answered so.
#[must_use]
pub fn error(text: &str) -> String {
    written("error", json!({ "error": text }))
}

pub(super) fn needs_room(event: &str) -> bool {
    matches!(event, "user_connected" | "user_disconnected")
}

/// The events of the same meaning.
pub(super) fn encode(event: &Event, to: Recipient<'_>) -> Vec<String> {
    let one = match event.name.as_str() {
        "new_message" => event.entry().map(|entry| new_message(&entry, to)),
        "typing" => typing(event.text("room_id"), &event.data, to.people),
        "typing_users" => {
            let items = event.data.get("items").and_then(Value::as_array);
            let each = items.into_iter().flatten();
            return each
                .filter_map(|item| typing(event.text("room_id"), item, to.people))
                .collect();
        }
        "read" => Some(read(event.text("room_id"), event.text("user_id"), to.people)),
        "receipts" => {
            let items = event.data.get("items").and_then(Value::as_array);
            let moved = items
                .into_iter()
                .flatten()
                .filter(|item| item.get("read_seq").is_some());
            let users = moved.filter_map(|item| item.get("user_id")?.as_str());
            return users.map(|user| read(event.text("room_id"), user, to.people)).collect();
        }
        "user_connected" => friend("friend.online", true, event, to),
        "user_disconnected" => friend("friend.offline", false, event, to),
        _ => None,
    };
    one.into_iter().collect()
}

fn new_message(entry: &EntryView, to: Recipient<'_>) -> String {
    // Whoever has just sent something is there.
    let sender = User::new(to.people.seen(entry.user_id.as_deref().unwrap_or_default()), true, None);
    written("chat.message", Message::new(entry, sender, &to.user.to_string(), false))
}

fn typing(room: &str, who: &Value, people: &People) -> Option<String> {
    let kind = match who.get("typing")?.as_bool()? {
        true => "friend.typing.start",
        false => "friend.typing.stop",
    };
    let user = people.id(who.get("user_id")?.as_str()?);
    Some(written(kind, json!({ "room": room, "user": user })))
}

fn read(room: &str, user: &str, people: &People) -> String {
    written("chat.read", json!({ "room": room, "user": people.id(user) }))
}

/// Rooms of two have a friend in them; of larger ones the service says nothing.
fn friend(kind: &str, is_online: bool, event: &Event, to: Recipient<'_>) -> Option<String> {
    let room = to.room.filter(|item| item.room.member_count == 2)?;
    let now: Timestamp = to.now;
    let friend = User::new(to.people.seen(event.text("user_id")), is_online, Some(&now.to_string()));
    Some(written(kind, Room::new(room, Some(friend))))
}

#[cfg(test)]
mod tests;
