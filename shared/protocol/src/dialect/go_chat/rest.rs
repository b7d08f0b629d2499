//! REST of go-chat's sibling services, rooms and users, as its gRPC gateway answers: fields in lower camel case, all of them always
//! there, and errors as `{"code", "message", "details"}`.

mod answers;
mod status;

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use answers::{Got, Made, Room, Rooms, User, Validated};
pub use status::{Rpc, Status};

/// Items of a page, if nothing is said.
const PAGE: i32 = 10;
/// The most.
const LONGEST_PAGE: i32 = 100;
/// The shortest name of a room, in bytes as the service counts.
const NAME_BYTES: usize = 3;
/// The longest, in characters as it says.
const NAME_CHARS: usize = 50;
/// The least that is searched for, in bytes as the service counts.
const SEARCH_BYTES: usize = 2;
/// What a request asks for. Ids are as the path has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call<'a> {
    /// To make a room.
    CreateRoom,
    /// For all rooms.
    Rooms,
    /// For rooms by name.
    SearchRooms,
    /// For a room.
    Room(&'a str),
    /// To delete a room.
    DeleteRoom(&'a str),
    /// For the rooms that a user made.
    RoomsOf(&'a str),
    /// For a user.
    User(&'a str),
    /// Whether a token is good.
    Validate,
}

/// Reads method and path.
///
/// # Errors
/// There is no such path, it has no such method, or what it stands for is none of a chat's business: accounts and passwords.
pub fn call<'a>(method: &str, path: &'a str) -> Result<Call<'a>, Status> {
    let rest = path.strip_prefix("/api/v1/");
    let parts: Vec<&str> = rest.into_iter().flat_map(|rest| rest.split('/')).collect();
    let by_method: Vec<(&str, Result<Call<'a>, &str>)> = match *parts.as_slice() {
        ["rooms"] => vec![("GET", Ok(Call::Rooms)), ("POST", Ok(Call::CreateRoom))],
        ["rooms", "search"] => vec![("GET", Ok(Call::SearchRooms))],
        ["rooms", id] if !id.is_empty() => {
            vec![("GET", Ok(Call::Room(id))), ("DELETE", Ok(Call::DeleteRoom(id)))]
        }
        ["users"] => vec![("GET", Err("Users are listed by the service that has their accounts."))],
        ["users", id] if !id.is_empty() => vec![
            ("GET", Ok(Call::User(id))),
            ("PUT", Err(ACCOUNTS)),
            ("DELETE", Err(ACCOUNTS)),
        ],
        ["users", id, "rooms"] if !id.is_empty() => vec![("GET", Ok(Call::RoomsOf(id)))],
        ["auth", "validate"] => vec![("POST", Ok(Call::Validate))],
        ["auth", "register" | "login" | "refresh" | "refresh-token" | "logout"] => vec![("POST", Err(PASSWORDS))],
        _ => return Err(Status::new(Rpc::NotFound, "Not Found")),
    };
    match by_method.into_iter().find(|(name, _)| *name == method) {
        Some((_, Ok(call))) => Ok(call),
        Some((_, Err(why))) => Err(Status::new(Rpc::Unimplemented, why)),
        None => Err(Status::new(Rpc::Unimplemented, "Method Not Allowed")),
    }
}

const ACCOUNTS: &str = "Accounts are changed at the service that issues their tokens.";
const PASSWORDS: &str =
    "Passwords and tokens are the business of the service that issues the tokens; this one only proves them.";

/// A room to make.
#[derive(Debug, PartialEq, Eq)]
pub struct NewRoom {
    /// Its name.
    pub name: String,
    /// Whose it is to be.
    pub owner_id: String,
}

impl NewRoom {
    /// Reads a body.
    ///
    /// # Errors
    /// The body is no JSON object, or has no owner. The name is checked by [`Self::check_name`], after the owner.
    pub fn read(body: &[u8]) -> Result<Self, Status> {
        #[derive(Deserialize, Default)]
        struct Body {
            name: Option<String>,
            #[serde(alias = "ownerId")]
            owner_id: Option<String>,
        }
        let Body { name, owner_id } = object(body)?;
        Ok(Self {
            name: name.unwrap_or_default(),
            owner_id: owner_id.filter(|id| !id.is_empty()).ok_or_else(no_owner)?,
        })
    }

    /// Checks the length of the name.
    ///
    /// # Errors
    /// It is too short or too long.
    pub fn check_name(&self) -> Result<(), Status> {
        if self.name.len() < NAME_BYTES || self.name.chars().count() > NAME_CHARS {
            let why = "room name must be between 3 and 50 characters";
            return Err(Status::new(Rpc::InvalidArgument, why));
        }
        Ok(())
    }
}

/// The token whose proof is asked for. `None`: the body has none.
///
/// # Errors
/// The body is no JSON object.
pub fn token_in(body: &[u8]) -> Result<Option<String>, Status> {
    #[derive(Deserialize, Default)]
    struct Body {
        token: Option<String>,
    }
    let Body { token } = object(body)?;
    Ok(token.filter(|token| !token.is_empty()))
}

/// An object; nothing is one without fields.
fn object<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, Status> {
    let body = body.trim_ascii();
    if body.is_empty() {
        return Ok(T::default());
    }
    // A list of the fields is no object.
    let read = body.starts_with(b"{").then(|| serde_json::from_slice(body).ok());
    let no_object = || {
        Status::new(
            Rpc::InvalidArgument,
            "the body is no JSON object of the fields of this call",
        )
    };
    read.flatten().ok_or_else(no_object)
}

/// What is said where whose room it is is missing.
#[must_use]
pub fn no_owner() -> Status {
    Status::new(Rpc::InvalidArgument, "invalid owner ID format")
}

/// A parameter of a query, by its name in either spelling.
#[must_use]
pub fn parameter<'a>(query: &'a [(String, String)], names: [&str; 2]) -> Option<&'a str> {
    let given = query.iter().find(|(name, _)| names.contains(&name.as_str()));
    given.map(|(_, value)| value.as_str())
}

/// How many rooms come, and how many are left out before them.
///
/// # Errors
/// One of the two is no number.
pub fn paging(query: &[(String, String)]) -> Result<(usize, usize), Status> {
    let number = |name: &str| match parameter(query, [name; 2]) {
        None => Ok(0),
        Some(text) => text.parse::<i32>().map_err(|_| {
            let why = format!("parsing field \"{name}\": it is no number");
            Status::new(Rpc::InvalidArgument, why)
        }),
    };
    let (limit, offset) = (number("limit")?, number("offset")?);
    let limit = if limit <= 0 { PAGE } else { limit.min(LONGEST_PAGE) };
    Ok((
        usize::try_from(limit).unwrap_or_default(),
        usize::try_from(offset).unwrap_or_default(),
    ))
}

/// What is searched for.
///
/// # Errors
/// It is too short.
pub fn searched(query: &[(String, String)]) -> Result<&str, Status> {
    let name = parameter(query, ["name"; 2]).filter(|name| name.len() >= SEARCH_BYTES);
    name.ok_or_else(|| Status::new(Rpc::InvalidArgument, "search query must be at least 2 characters"))
}

#[cfg(test)]
mod tests;
