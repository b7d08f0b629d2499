//! What is answered.

use serde::Serialize;

use crate::dialect::{People, Seen};
use crate::view::{RoomView, UserView};

/// What every user may do. The service's chat asks nobody for more, and what each may do in a room is the room's to say.
const PERMISSIONS: [&str; 2] = ["read", "write"];

/// A room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Room {
    id: String,
    name: String,
    owner_id: String,
    created_at: String,
    updated_at: String,
}

impl Room {
    /// A room, whose maker is among `people`.
    #[must_use]
    pub fn new(room: &RoomView, people: &People) -> Self {
        let owner = room.created_by.as_deref().map(|user| people.seen(user).id);
        Self {
            id: room.id.clone(),
            name: room.name.clone().unwrap_or_default(),
            owner_id: owner.unwrap_or_default(),
            created_at: room.created_at.clone(),
            updated_at: room.updated_at.clone(),
        }
    }
}

/// A room that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// It.
    pub room: Room,
}

/// A room that was asked for: as the service answers it, and once more as it answers one that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Got {
    #[serde(flatten)]
    own: Room,
    room: Room,
}

impl From<Room> for Got {
    fn from(room: Room) -> Self {
        Self {
            own: room.clone(),
            room,
        }
    }
}

/// Rooms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rooms {
    /// They.
    pub rooms: Vec<Room>,
}

/// A user; of mail, telephone, age and what they say of themselves a chat knows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    id: String,
    email: &'static str,
    username: String,
    phone: &'static str,
    age: u8,
    bio: &'static str,
    permissions: [&'static str; 2],
    created_at: String,
    updated_at: String,
}

impl User {
    /// A user.
    #[must_use]
    pub fn new(seen: Seen, user: &UserView) -> Self {
        Self {
            id: seen.id,
            email: "",
            username: seen.name,
            phone: "",
            age: 0,
            bio: "",
            permissions: PERMISSIONS,
            created_at: user.created_at.clone(),
            updated_at: user.updated_at.clone(),
        }
    }
}

/// Whom a good token means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Validated {
    user: User,
    permissions: [&'static str; 2],
}

impl From<User> for Validated {
    fn from(user: User) -> Self {
        Self {
            permissions: user.permissions,
            user,
        }
    }
}
