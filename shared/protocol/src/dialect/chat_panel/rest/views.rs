//! Users and rooms, in the order in which the service writes their fields.

use serde::Serialize;

use super::super::{Message, Text};
use super::Paging;
use crate::dialect::{People, Seen};
use crate::view::{EntryView, RoomView, UserView};

/// A user.
#[derive(Debug, Clone, Serialize)]
pub struct User {
    id: String,
    nickname: String,
    created_at: String,
    updated_at: String,
    deleted_at: Option<String>,
}

impl User {
    /// A user, by the id that this one has for the asker.
    #[must_use]
    pub fn new(seen: Seen, user: &UserView) -> Self {
        Self {
            id: seen.id,
            nickname: seen.name,
            created_at: user.created_at.clone(),
            updated_at: user.updated_at.clone(),
            deleted_at: None,
        }
    }

    /// A user of whom everything is told.
    #[must_use]
    pub fn whole(user: &UserView) -> Self {
        let seen = Seen {
            id: user.external_id.clone().unwrap_or_else(|| user.id.clone()),
            name: user.name.clone(),
            colour: user.colour.clone(),
            number: None,
        };
        Self::new(seen, user)
    }

    /// The same, who is deleted.
    #[must_use]
    pub fn deleted(self, at: String) -> Self {
        Self {
            deleted_at: Some(at),
            ..self
        }
    }
}

/// A user, shortly.
#[derive(Debug, Clone, Serialize)]
pub struct Brief {
    id: String,
    nickname: String,
}

impl From<Seen> for Brief {
    fn from(seen: Seen) -> Self {
        Self {
            id: seen.id,
            nickname: seen.name,
        }
    }
}

/// A member, as lists and single rooms have it.
#[derive(Debug, Clone, Serialize)]
pub struct Occupant {
    user: Brief,
    created_at: String,
}

impl Occupant {
    /// A member since then.
    #[must_use]
    pub fn new(seen: Seen, joined_at: String) -> Self {
        Self {
            user: seen.into(),
            created_at: joined_at,
        }
    }
}

/// A member, as the row that the service keeps.
///
/// It never writes the number of unread messages, nor when they were looked at: here too they are what they are at the beginning. What
/// a user has not read, Parlour tells by its own API.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    user_id: String,
    room_id: String,
    unread_message_count: u64,
    last_checked_at: String,
    created_at: String,
    deleted_at: Option<&'static str>,
}

impl Row {
    /// A member of a room since then.
    #[must_use]
    pub fn new(user: String, room: &str, joined_at: String) -> Self {
        Self {
            user_id: user,
            room_id: room.to_owned(),
            unread_message_count: 0,
            last_checked_at: joined_at.clone(),
            created_at: joined_at,
            deleted_at: None,
        }
    }
}

/// A message without what it says, as the service shows those of a room that is joined or deleted.
#[derive(Debug, Clone, Serialize)]
pub struct Bare {
    id: String,
    room_id: String,
    user_id: String,
    created_at: String,
    deleted_at: Option<&'static str>,
}

impl Bare {
    /// A message.
    #[must_use]
    pub fn new(entry: &EntryView, people: &People) -> Self {
        let Message {
            id,
            room_id,
            user_id,
            created_at,
            deleted_at,
            text_message: _,
        } = Message::new(entry, people);
        Self {
            id,
            room_id,
            user_id,
            created_at,
            deleted_at,
        }
    }
}

/// A message, as a single room has its latest.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    id: String,
    user: Brief,
    text_message: Text,
}

impl Listed {
    /// A message.
    #[must_use]
    pub fn new(entry: &EntryView, people: &People) -> Self {
        Self {
            id: entry.id.clone(),
            user: people.seen(entry.user_id.as_deref().unwrap_or_default()).into(),
            text_message: Text::of(entry),
        }
    }
}

/// A room. Who is in it and what was said there, each call has in a form of its own.
#[derive(Debug, Clone, Serialize)]
pub struct Room<U, M = ()> {
    id: String,
    name: String,
    created_at: String,
    updated_at: String,
    deleted_at: Option<String>,
    users: Vec<U>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<M>>,
}

impl<U> Room<U> {
    /// A room without messages.
    #[must_use]
    pub fn new(room: &RoomView, users: Vec<U>) -> Self {
        Self {
            id: room.id.clone(),
            name: room.name.clone().unwrap_or_default(),
            created_at: room.created_at.clone(),
            updated_at: room.updated_at.clone(),
            deleted_at: None,
            users,
            messages: None,
        }
    }

    /// The same with messages.
    #[must_use]
    pub fn with<M>(self, messages: Vec<M>) -> Room<U, M> {
        Room {
            id: self.id,
            name: self.name,
            created_at: self.created_at,
            updated_at: self.updated_at,
            deleted_at: self.deleted_at,
            users: self.users,
            messages: Some(messages),
        }
    }
}

impl<U, M> Room<U, M> {
    /// The same, which is deleted.
    #[must_use]
    pub fn deleted(self, at: String) -> Self {
        Self {
            deleted_at: Some(at),
            ..self
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    data: Vec<T>,
    current_page: String,
    total_page: u64,
}

impl Paging {
    /// These items as the page that was asked for, of a list of so many.
    #[must_use]
    pub fn of<T>(&self, total: u64, data: Vec<T>) -> Page<T> {
        Page {
            data,
            current_page: self.page.clone(),
            total_page: self.pages(total),
        }
    }
}
