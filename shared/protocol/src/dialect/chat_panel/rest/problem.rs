//! Errors of the framework: in two forms, one with what the status is called and one without.

use serde::Serialize;
use serde_json::{Value, json};

/// A refusal, as Nest writes it. Its HTTP status is the one in its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: u16,
    message: Value,
    /// What the status is called, where the framework says so.
    error: Option<&'static str>,
}

#[derive(Serialize)]
struct Named<'a> {
    message: &'a Value,
    error: &'static str,
    #[serde(rename = "statusCode")]
    status: u16,
}

#[derive(Serialize)]
struct Thrown<'a> {
    #[serde(rename = "statusCode")]
    status: u16,
    message: &'a Value,
}

impl Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (status, message) = (self.status, &self.message);
        match self.error {
            Some(error) => Named { message, error, status }.serialize(serializer),
            None => Thrown { status, message }.serialize(serializer),
        }
    }
}

impl Problem {
    /// One that the service throws by its status and a text.
    #[must_use]
    pub fn thrown(status: u16, message: &str) -> Self {
        Self {
            status,
            message: json!(message),
            error: None,
        }
    }

    const fn named(status: u16, message: Value, error: &'static str) -> Self {
        Self {
            status,
            message,
            error: Some(error),
        }
    }

    /// Nobody, or somebody who may not.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::named(403, json!("Forbidden resource"), "Forbidden")
    }

    /// There is no such path.
    #[must_use]
    pub fn no_route(method: &str, path: &str) -> Self {
        Self::named(404, json!(format!("Cannot {method} {path}")), "Not Found")
    }

    /// Fields that are not as they must be, each in a text.
    #[must_use]
    pub fn invalid(messages: &[String]) -> Self {
        Self::named(400, json!(messages), "Bad Request")
    }

    /// A request that is not as it must be.
    #[must_use]
    pub fn bad_request(message: &str) -> Self {
        Self::named(400, json!(message), "Bad Request")
    }

    /// A body that is no JSON.
    #[must_use]
    pub fn no_json() -> Self {
        Self::bad_request("Unexpected token in JSON")
    }

    /// A body that is larger than any may be.
    #[must_use]
    pub fn too_large() -> Self {
        Self::named(413, json!("request entity too large"), "Payload Too Large")
    }

    /// A file that is no picture as the service takes them.
    #[must_use]
    pub fn file_type() -> Self {
        Self::bad_request("Validation failed (expected type is jpeg|png)")
    }

    /// A file that is larger than the service takes them.
    #[must_use]
    pub fn file_size() -> Self {
        Self::bad_request("Validation failed (expected size is less than 26214400)")
    }

    /// One file more than the service takes, or one in a field that is for none.
    #[must_use]
    pub fn unexpected_file() -> Self {
        Self::bad_request("Unexpected field")
    }

    /// A user who is kept out.
    #[must_use]
    pub fn suspended() -> Self {
        Self::thrown(401, "This user is suspended!")
    }

    /// A call that is for users, of somebody who is none.
    #[must_use]
    pub fn no_user() -> Self {
        Self::thrown(400, "Invalid token or incomplete client key! Missing user info")
    }

    /// A room of which the user is no member, or that is none.
    #[must_use]
    pub fn not_theirs() -> Self {
        Self::thrown(403, "The room does not belong to the logged in user")
    }

    /// Something went wrong, of which nothing is told.
    #[must_use]
    pub fn internal() -> Self {
        Self::thrown(500, "Internal server error")
    }

    /// Its status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }
}
