//! What requests say, checked as the service's validation does. Fields that it does not know are passed over, as there.

use parlour_domain::limits;
use serde_json::{Map, Value};

use super::Problem;

type Object = Map<String, Value>;

/// A body that is an object; nothing is one without fields.
fn object(body: &[u8]) -> Result<Object, Problem> {
    if body.trim_ascii().is_empty() {
        return Ok(Object::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Problem::no_json()),
    }
}

fn no_string(name: &str) -> Problem {
    Problem::invalid(&[format!("{name} must be a string")])
}

/// A text that may be missing.
fn optional(object: &mut Object, name: &str) -> Result<Option<String>, Problem> {
    match object.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(no_string(name)),
    }
}

fn required(object: &mut Object, name: &str) -> Result<String, Problem> {
    optional(object, name)?.ok_or_else(|| no_string(name))
}

/// `POST /user`.
#[derive(Debug, PartialEq, Eq)]
pub struct NewPanelUser {
    /// What others see.
    pub nickname: String,
}

impl NewPanelUser {
    /// Reads a body.
    ///
    /// # Errors
    /// It is no object, or has no nickname.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let nickname = required(&mut object(body)?, "nickname")?;
        Ok(Self { nickname })
    }
}

/// `PATCH /user/{id}`.
#[derive(Debug, PartialEq, Eq)]
pub struct ChangedUser {
    /// What others see from here on; none: as before.
    pub nickname: Option<String>,
}

impl ChangedUser {
    /// Reads a body.
    ///
    /// # Errors
    /// It is no object, or its nickname no text.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let nickname = optional(&mut object(body)?, "nickname")?;
        Ok(Self { nickname })
    }
}

/// `POST /auth/init` and `POST /auth/{user_id}`.
#[derive(Debug, PartialEq, Eq)]
pub struct Init {
    /// For whom; where the body does not say, the path may.
    pub user_id: Option<String>,
}

impl Init {
    /// Reads a body.
    ///
    /// # Errors
    /// It is no object, or names the user by something that is no text.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let user_id = optional(&mut object(body)?, "user_id")?;
        Ok(Self { user_id })
    }
}

/// `POST /room`.
#[derive(Debug, PartialEq, Eq)]
pub struct NewPanelRoom {
    /// Its name.
    pub name: String,
    /// Who is in it from the beginning.
    pub users: Vec<String>,
}

impl NewPanelRoom {
    /// Reads a body.
    ///
    /// # Errors
    /// It is no object, has no name, or its users are no list of texts, or more than a room can be made with.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut object = object(body)?;
        let name = required(&mut object, "name")?;
        let users = match object.remove("users") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(users)) => users,
            Some(_) => return Err(Problem::invalid(&["users must be an array".to_owned()])),
        };
        if users.len() > limits::MEMBERS_AT_CREATION {
            let most = limits::MEMBERS_AT_CREATION;
            let message = format!("users must contain no more than {most} elements");
            return Err(Problem::invalid(&[message]));
        }
        let texts: Option<Vec<String>> = users.iter().map(|user| user.as_str().map(str::to_owned)).collect();
        let users = texts.ok_or_else(|| no_string("each value in users"))?;
        Ok(Self { name, users })
    }
}

/// `PATCH /room/{id}`.
#[derive(Debug, PartialEq, Eq)]
pub struct ChangedRoom {
    /// Its name from here on; none: as before.
    pub name: Option<String>,
}

impl ChangedRoom {
    /// Reads a body.
    ///
    /// # Errors
    /// It is no object, or its name no text.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let name = optional(&mut object(body)?, "name")?;
        Ok(Self { name })
    }
}

/// `POST /room/{room_id}/message/send`, as the document has it and as the service calls the field in forms.
#[derive(Debug, PartialEq, Eq)]
pub struct Sent {
    /// What the message says; empty: nothing.
    pub text: String,
}

impl Sent {
    /// Reads a body of JSON. The room is the one in the path, whichever the body names.
    ///
    /// # Errors
    /// It is no object, or its text is none.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let mut object = object(body)?;
        let text = match optional(&mut object, "text_message")? {
            Some(text) => Some(text),
            None => optional(&mut object, "textMessage")?,
        };
        Ok(Self {
            text: text.unwrap_or_default(),
        })
    }

    /// Whether a field of a form is the text.
    #[must_use]
    pub fn is_text(field: &str) -> bool {
        matches!(field, "textMessage" | "text_message")
    }

    /// Whether a field of a form is for files.
    #[must_use]
    pub fn is_for_files(field: &str) -> bool {
        matches!(field, "fileMessages" | "fileMessages[]")
    }

    /// Whether the service takes files of this type, as the client declares it.
    #[must_use]
    pub fn takes(content_type: &str) -> bool {
        matches!(content_type, "image/jpeg" | "image/png")
    }
}
