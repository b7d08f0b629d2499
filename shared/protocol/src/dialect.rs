//! The protocols of other chat services, whose clients are understood: one file each, pure, in both directions.
//!
//! What a client sends is decoded into what it asks for; what its user is to hear is encoded from the native event. Which services
//! there are, and which of them an app understands, is in `parlour_domain::dialect`.

pub mod callsewa;
pub mod callsewa_rest;
pub mod chat_panel;
pub mod facebook_clone;
pub mod go_chat;
pub mod place;
pub mod socket_io;
pub mod sourceloop;
pub mod uuid;

use std::collections::HashMap;

use parlour_domain::dialect::Service;
use parlour_domain::user::User;
use parlour_domain::{ConnectionId, RoomNumber, Timestamp, UserId};
use serde::Deserialize;
use serde_json::Value;

use crate::view::{EntryView, RoomListItem};
use callsewa_rest::Names;

/// A user as a client of another service sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The id in the integrator's own system, which is what its tokens and its clients know; where there is none, Parlour's.
    pub id: String,
    /// The name.
    pub name: String,
    /// Always the same for this user: `#rrggbb`.
    pub colour: String,
    /// The whole number that is this user's alone in the app; only where the protocol needs one, and never of one who is deleted.
    pub number: Option<u64>,
}

impl Seen {
    /// A user.
    #[must_use]
    pub fn new(user: &User) -> Self {
        let own = user.external_id.as_ref().map(ToString::to_string);
        Self {
            id: own.unwrap_or_else(|| user.id.to_string()),
            name: user.name.as_str().to_owned(),
            colour: user.colour().to_owned(),
            number: user.number,
        }
    }

    /// A user who is deleted.
    fn gone(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: String::new(),
            colour: "#808080".to_owned(),
            number: None,
        }
    }
}

/// Users whom events name, by Parlour's ids.
#[derive(Debug, Clone, Default)]
pub struct People(HashMap<String, Known>);

#[derive(Debug, Clone)]
struct Known {
    seen: Seen,
    names: Names,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl People {
    /// These users.
    pub fn new<'a>(users: impl IntoIterator<Item = &'a User>) -> Self {
        let known = |user: &User| Known {
            seen: Seen::new(user),
            names: Names::of(user),
            created_at: user.created_at,
            updated_at: user.updated_at,
        };
        Self(
            users
                .into_iter()
                .map(|user| (user.id.to_string(), known(user)))
                .collect(),
        )
    }

    /// These and those.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// How a user is seen; one who is not among these is deleted.
    #[must_use]
    pub fn seen(&self, id: &str) -> Seen {
        self.0
            .get(id)
            .map_or_else(|| Seen::gone(id), |known| known.seen.clone())
    }

    /// What else is known of a user; `None`: they are deleted.
    fn known(&self, id: &str) -> Option<&Known> {
        self.0.get(id)
    }

    fn id(&self, id: &str) -> String {
        self.0
            .get(id)
            .map_or_else(|| id.to_owned(), |known| known.seen.id.clone())
    }
}

/// A native event, as it is told to connections.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Event {
    /// Its name.
    #[serde(rename = "event")]
    pub name: String,
    /// What it says.
    pub data: Value,
}

impl Event {
    /// Reads a native frame; `None`: it is none.
    #[must_use]
    pub fn read(frame: &str) -> Option<Self> {
        serde_json::from_str(frame).ok()
    }

    /// The users whom it names and whose names or ids a client of another service is told, by Parlour's ids.
    #[must_use]
    pub fn users(&self) -> Vec<UserId> {
        let own = self.data.get("user_id");
        let items = self.data.get("items").and_then(Value::as_array);
        let of_items = items.into_iter().flatten().filter_map(|item| item.get("user_id"));
        let texts = own.into_iter().chain(of_items).filter_map(Value::as_str);
        texts.filter_map(|text| UserId::parse(text).ok()).collect()
    }

    fn text(&self, name: &str) -> &str {
        self.data.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn entry(&self) -> Option<EntryView> {
        serde_json::from_value(self.data.clone()).ok()
    }
}

/// What is known beside an event, the same for all who hear of it.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// The number of its room.
    pub room: Option<RoomNumber>,
    /// The message that it is about, as it is now, where [`needs_message`] asks for it.
    pub message: Option<EntryView>,
    /// Who is connected to its room, where [`needs_roster`] asks for it.
    pub roster: Option<Roster>,
}

impl Beside {
    /// The users whom this names.
    #[must_use]
    pub fn users(&self) -> Vec<UserId> {
        let sender = self.message.as_ref().and_then(|message| message.user_id.as_deref());
        let sender = sender.and_then(|user| UserId::parse(user).ok());
        let connected = self.roster.iter().flat_map(|roster| &roster.connections);
        sender.into_iter().chain(connected.map(|(user, _)| *user)).collect()
    }
}

/// The connections that hear of a room.
#[derive(Debug, Clone)]
pub struct Roster {
    /// What the integrator calls the room; where that is nothing, its id.
    pub room: String,
    /// The room's number.
    pub number: RoomNumber,
    /// Whose they are, and which.
    pub connections: Vec<(UserId, ConnectionId)>,
}

/// For whom an event is encoded, and what is known beside it.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    /// Who.
    pub user: UserId,
    /// The users whom the event names.
    pub people: &'a People,
    /// The event's room as this user sees it, where [`needs_room`] asks for it.
    pub room: Option<&'a RoomListItem>,
    /// When it is told.
    pub now: Timestamp,
}

/// Whether the protocol says more of the event's room than the event itself.
#[must_use]
pub fn needs_room(service: Service, event: &str) -> bool {
    match service {
        Service::Sourceloop | Service::GoChat | Service::ChatPanel | Service::Callsewa => false,
        Service::FacebookClone => facebook_clone::needs_room(event),
    }
}

/// Whether the protocol says more of the message that the event is about than the event itself.
#[must_use]
pub fn needs_message(service: Service, event: &str) -> bool {
    matches!(service, Service::Callsewa) && callsewa::needs_message(event)
}

/// Whether the protocol says with the event who is connected to its room.
#[must_use]
pub fn needs_roster(service: Service, event: &str) -> bool {
    matches!(service, Service::Callsewa) && callsewa::needs_roster(event)
}

/// An event in the words of a service, as the frames that one connection gets; none where the protocol cannot say it.
#[must_use]
pub fn encode(service: Service, event: &Event, to: Recipient<'_>, beside: &Beside) -> Vec<String> {
    match service {
        Service::Sourceloop => Vec::new(),
        Service::GoChat => go_chat::encode(event, to).into_iter().collect(),
        Service::ChatPanel => said_by(&chat_panel::encode(event, to)),
        Service::Callsewa => said_by(&callsewa::encode(event, to, beside)),
        Service::FacebookClone => facebook_clone::encode(event, to),
    }
}

fn said_by(said: &[socket_io::Said]) -> Vec<String> {
    said.iter().map(socket_io::Said::frame).collect()
}

/// What a client is told whose frame names a native action, which no client of the service does: the route of an action has to
/// answer something.
#[must_use]
pub fn unknown(service: Service, user: UserId, now: Timestamp) -> String {
    const WHY: &str = "Unknown message type";
    match service {
        Service::Sourceloop => String::new(),
        Service::ChatPanel | Service::Callsewa => socket_io::CLOSE.to_owned(),
        Service::GoChat => go_chat::error("", (&user.to_string(), &now.to_string()), WHY),
        Service::FacebookClone => facebook_clone::error(WHY),
    }
}

/// What a message says to clients that know texts alone: its text, or the names of its files; `None`: it is deleted.
#[must_use]
pub fn said(message: &EntryView) -> Option<String> {
    if message.deleted_at.is_some() {
        return None;
    }
    let files = message.attachments.iter().map(|file| format!("[{}]", file.name));
    let files = files.collect::<Vec<_>>().join(" ");
    Some(match &message.text_message {
        Some(text) if files.is_empty() => text.clone(),
        Some(text) => format!("{text} {files}"),
        None => files,
    })
}
