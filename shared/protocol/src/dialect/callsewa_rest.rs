//! REST of callsewa: its routes, what their bodies must be, and its rows. Ids are whole numbers; a field of another user's that is a
//! secret is always `null`.

mod body;
mod describe;
mod row;

pub use body::{Body, Unfit};
pub use describe::{description, description_page};
pub use row::{Names, app, operator, room, user};

use parlour_domain::dialect::{Dialect, Service};
use serde_json::{Value, json};

use crate::InvalidInput;
use crate::request::UpdateApp;

/// What a request asks for. Ids and names are as the path has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call<'a> {
    /// To log in as an operator.
    Login,
    /// To register an operator.
    Register,
    /// Whether a user's token is good.
    Verify,
    /// To make an app.
    MakeApp,
    /// For the operator's apps.
    Apps,
    /// To delete an app.
    DeleteApp(&'a str),
    /// To register a user and their token.
    MakeUser,
    /// For the users of an app.
    Users(&'a str),
    /// To delete a user.
    DeleteUser(&'a str),
    /// To make a room.
    MakeRoom,
    /// For the rooms of an app.
    Rooms,
    /// For the rooms of a user.
    MyRooms,
    /// For a room by name.
    Room(&'a str),
    /// For the room of these users.
    CheckRoom,
    /// To add users to a room.
    AddUsers,
    /// To remove users from a room.
    RemoveUsers,
    /// To delete a room.
    DeleteRoom(&'a str),
    /// For the description of all this, for people.
    Swagger,
    /// For the same as OpenAPI.
    Description,
}

/// Reads method and path; a slash at its end says nothing. `None`: there is no such route.
#[must_use]
pub fn call<'a>(method: &str, path: &'a str) -> Option<Call<'a>> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let call = match (method, parts.as_slice()) {
        ("POST", ["auth", "login"]) => Call::Login,
        ("POST", ["auth", "register"]) => Call::Register,
        ("GET", ["auth", "verify"]) => Call::Verify,
        ("POST", ["app"]) => Call::MakeApp,
        ("GET", ["app"]) => Call::Apps,
        ("DELETE", ["app", id]) => Call::DeleteApp(id),
        ("POST", ["user"]) => Call::MakeUser,
        ("GET", ["user", app]) => Call::Users(app),
        ("DELETE", ["user", id]) => Call::DeleteUser(id),
        ("POST", ["room"]) => Call::MakeRoom,
        ("GET", ["room"]) => Call::Rooms,
        ("GET", ["room", "my_room"]) => Call::MyRooms,
        ("GET", ["room", name]) => Call::Room(name),
        ("POST", ["room", "check_room"]) => Call::CheckRoom,
        ("PUT", ["room", "add"]) => Call::AddUsers,
        ("PUT", ["room", "remove"]) => Call::RemoveUsers,
        ("DELETE", ["room", id]) => Call::DeleteRoom(id),
        ("GET", ["swagger"]) => Call::Swagger,
        // The page names it beside itself, and may itself end with a slash.
        ("GET", ["swagger.json"] | ["swagger", "swagger.json"]) => Call::Description,
        _ => return None,
    };
    Some(call)
}

/// The page that the service gives where a request is not as its route's model says, and to who may not.
#[must_use]
pub fn cannot(method: &str, path: &str) -> String {
    let mut shown = String::with_capacity(path.len());
    for character in path.chars() {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            other => shown.push(other),
        }
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Error</title>\n</head>\n<body>\n\
         <pre>Cannot {method} {shown}</pre>\n</body>\n</html>\n"
    )
}

/// What the service returns in place of a row, with status 200.
#[must_use]
pub fn returned(status: u16, message: &str) -> Value {
    json!({ "status": status, "message": message })
}

/// What it says with the status itself.
#[must_use]
pub fn thrown(status: u16, message: &str) -> Value {
    json!({ "error": { "status": status, "message": message } })
}

/// What an app understands that is made by the service's own REST: its clients, and whom it asks about their tokens.
///
/// # Errors
/// The URL cannot be one.
pub fn dialects(verify_url: Option<&str>) -> Result<Vec<Dialect>, InvalidInput> {
    let service = Service::Callsewa.name();
    let dialect = match verify_url {
        Some(url) => json!({ "service": service, "verification": { "method": "url", "url": url } }),
        None => json!({ "service": service }),
    };
    let settings: Result<UpdateApp, _> = serde_json::from_value(json!({ "dialects": [dialect] }));
    let settings = settings.map_err(|_| InvalidInput::new("verifyUrl", "must be a URL"))?;
    Ok(settings.check()?.dialects.unwrap_or_default())
}

#[cfg(test)]
mod tests;
