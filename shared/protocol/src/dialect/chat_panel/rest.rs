//! REST of chat-panel: `{"message": […], "statusCode", "content"}` around everything but the errors of its framework (Nest).
//!
//! A `POST` is answered with the HTTP status 201 and everything else with 200, whatever the body's `statusCode` says. Messages are
//! the service's, byte for byte, with the mistakes that its clients may compare with.

mod body;
mod description;
mod paging;
mod problem;
mod views;

use serde::Serialize;

pub use body::{ChangedRoom, ChangedUser, Init, NewPanelRoom, NewPanelUser, Sent};
pub use description::{description, description_page};
pub use paging::{Paging, message_count};
pub use problem::Problem;
pub use views::{Bare, Brief, Listed, Occupant, Room, Row, User};

/// What a request asks for. Ids are as the path has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call<'a> {
    /// Whether the service is there.
    Health,
    /// Its description, to be read.
    Docs,
    /// The same for programs.
    DocsJson,
    /// For a user's token. The document has the user in the path, the service in the body.
    Init(Option<&'a str>),
    /// To make a user.
    CreateUser,
    /// For all users.
    Users,
    /// For a user.
    User(&'a str),
    /// To change a user.
    UpdateUser(&'a str),
    /// To delete a user.
    DeleteUser(&'a str),
    /// To make a room.
    CreateRoom,
    /// For all rooms.
    Rooms,
    /// For a room.
    Room(&'a str),
    /// To change a room.
    UpdateRoom(&'a str),
    /// To delete a room.
    DeleteRoom(&'a str),
    /// To become a member.
    Join(&'a str),
    /// To send a message.
    Send(&'a str),
    /// For a room's messages.
    Messages(&'a str),
}

impl Call<'_> {
    /// Whether anybody may ask.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Health | Self::Docs | Self::DocsJson)
    }
}

/// Reads method and path; a slash at the end makes no difference.
///
/// # Errors
/// There is no such path, or it has no such method. `asked` is what the refusal repeats: the path with its query.
pub fn call<'a>(method: &str, path: &'a str, asked: &str) -> Result<Call<'a>, Problem> {
    let bare = path.strip_suffix('/').unwrap_or(path);
    let parts: Vec<&str> = bare.strip_prefix('/').unwrap_or_default().split('/').collect();
    // Empty parts are nobody's ids.
    let given = !parts.contains(&"");
    let found = match (method, parts.as_slice()) {
        ("GET", ["healthCheck"]) => Some(Call::Health),
        ("GET", ["docs"]) => Some(Call::Docs),
        ("GET", ["docs-json"]) => Some(Call::DocsJson),
        ("POST", ["auth", "init"]) => Some(Call::Init(None)),
        ("POST", ["auth", "init", id] | ["auth", id]) => Some(Call::Init(Some(id))),
        ("POST", ["user"]) => Some(Call::CreateUser),
        ("GET", ["user"]) => Some(Call::Users),
        ("GET", ["user", id]) => Some(Call::User(id)),
        ("PATCH", ["user", id]) => Some(Call::UpdateUser(id)),
        ("DELETE", ["user", id]) => Some(Call::DeleteUser(id)),
        ("POST", ["room"]) => Some(Call::CreateRoom),
        ("GET", ["room"]) => Some(Call::Rooms),
        ("GET", ["room", id]) => Some(Call::Room(id)),
        ("PATCH", ["room", id]) => Some(Call::UpdateRoom(id)),
        ("DELETE", ["room", id]) => Some(Call::DeleteRoom(id)),
        ("POST", ["room", id, "join"]) => Some(Call::Join(id)),
        ("POST", ["room", id, "message", "send"]) => Some(Call::Send(id)),
        ("GET", ["room", id, "message"]) => Some(Call::Messages(id)),
        _ => None,
    };
    found.filter(|_| given).ok_or_else(|| Problem::no_route(method, asked))
}

/// What stands around every answer of the service's own.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope<T> {
    message: [&'static str; 1],
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<T>,
}

impl<T> Envelope<T> {
    /// Something that went well.
    pub const fn new(message: &'static str, status_code: u16, content: T) -> Self {
        Self {
            message: [message],
            status_code,
            content: Some(content),
        }
    }
}

impl Envelope<()> {
    /// Something that did not, and that the service itself has words for.
    #[must_use]
    pub const fn without(message: &'static str, status_code: u16) -> Self {
        Self {
            message: [message],
            status_code,
            content: None,
        }
    }
}

/// What `GET /healthCheck` says.
pub const HEALTHY: &str = "Chat Panel is healthy";

#[cfg(test)]
mod tests;
