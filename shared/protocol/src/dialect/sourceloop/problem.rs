//! Refusals, in the service's envelope.

use serde_json::{Value, json};

use super::model::Model;
use crate::error::InvalidInput;

/// What is wrong with one place of a body or of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Where, as a JSON pointer.
    pub path: String,
    /// Which rule it breaks, in the words of JSON Schema.
    pub code: &'static str,
    /// What it must be.
    pub message: String,
    /// The rule's own data.
    pub info: Value,
}

impl Detail {
    /// A place, the rule that it breaks, and what it must be.
    pub fn new(path: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            code,
            message: message.into(),
            info: json!({}),
        }
    }

    /// The same with the rule's own data.
    #[must_use]
    pub fn with(self, info: Value) -> Self {
        Self { info, ..self }
    }

    fn json(&self) -> Value {
        json!({ "path": self.path, "code": self.code, "message": self.message, "info": self.info })
    }
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No credential.
    NoToken,
    /// A header that has no `Bearer `.
    NoBearer,
    /// A token that is not good, for whatever reason.
    BadToken,
    /// The password behind the token is over.
    PasswordExpired,
    /// The permission is missing, or the row is none of the caller's to change.
    Forbidden,
    /// There is no such row, for who reads it.
    NotFound,
    /// There is no such row, for who changes it.
    NoEntity(Model, String),
    /// What a row refers to is not there.
    NoRelated,
    /// There is no such route.
    NoRoute,
    /// The body breaks rules.
    Body(Vec<Detail>),
    /// The body is no JSON.
    Malformed,
    /// The body is missing.
    Empty,
    /// The body is of another type.
    MediaType,
    /// The body is too large.
    TooLarge,
    /// A parameter of the query breaks rules.
    Parameter(&'static str, Vec<Detail>),
    /// It cannot be done as things are.
    Conflict,
    /// Too many messages.
    TooMany,
    /// Whatever is needed gives no answer; it may later.
    Unavailable,
    /// Something went wrong here.
    Internal,
}

impl Problem {
    /// Its status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::NoToken | Self::NoBearer | Self::BadToken | Self::PasswordExpired => 401,
            Self::Forbidden => 403,
            Self::NotFound | Self::NoEntity(..) | Self::NoRelated | Self::NoRoute => 404,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::MediaType => 415,
            Self::Body(_) => 422,
            Self::Malformed | Self::Empty | Self::Parameter(..) => 400,
            Self::TooMany => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }

    /// What a field that the use-cases refuse is called here.
    #[must_use]
    pub fn invalid(invalid: &InvalidInput) -> Self {
        let path = match invalid.field {
            "text_message" => "/body",
            "parent_id" => "/parentMessageId",
            "user_id" | "members" => "/recipientId",
            "key" => "/channelId",
            "subject" => "/subject",
            "status" => "/status",
            _ => "",
        };
        Self::Body(vec![Detail::new(path, "format", invalid.reason.clone())])
    }

    /// The body of the answer.
    #[must_use]
    pub fn json(&self) -> Value {
        let (name, message, code) = self.said();
        let mut error = json!({ "statusCode": self.status(), "message": message });
        if let Some(name) = name {
            error["name"] = name.into();
        }
        if let Some(code) = code {
            error["code"] = code.into();
        }
        if let Self::Body(details) | Self::Parameter(_, details) = self {
            error["details"] = details.iter().map(Detail::json).collect();
        }
        json!({ "error": error })
    }

    fn said(&self) -> (Option<&'static str>, Value, Option<&'static str>) {
        let unauthorized = |message: Value| (Some("UnauthorizedError"), message, None);
        match self {
            Self::NoToken => unauthorized(json!("Bearer realm=\"Users\"")),
            Self::NoBearer => unauthorized(json!(400)),
            Self::BadToken => unauthorized(json!({ "message": "TokenExpired" })),
            Self::PasswordExpired => unauthorized(json!("PasswordExpiryError")),
            Self::Forbidden => (Some("ForbiddenError"), json!("NotAllowedAccess"), None),
            Self::NotFound => (Some("NotFoundError"), json!("EntityNotFound"), None),
            Self::NoEntity(model, id) => {
                let message = format!("Entity not found: {} with id {}", model.name(), json!(id));
                (Some("Error"), json!(message), Some("ENTITY_NOT_FOUND"))
            }
            Self::NoRelated => (Some("NotFoundError"), json!("Related entity not found !"), None),
            Self::NoRoute => (Some("NotFoundError"), json!("API not found !"), None),
            Self::Body(_) => {
                let message = "The request body is invalid. See error object `details` property for more info.";
                (
                    Some("UnprocessableEntityError"),
                    json!(message),
                    Some("VALIDATION_FAILED"),
                )
            }
            Self::Malformed => (Some("SyntaxError"), json!("The request body is no JSON."), None),
            Self::Empty => {
                let message = json!("Request body is required");
                (Some("BadRequestError"), message, Some("MISSING_REQUIRED_PARAMETER"))
            }
            Self::MediaType => {
                let message = json!("Content-type must be application/json.");
                (
                    Some("UnsupportedMediaTypeError"),
                    message,
                    Some("UNSUPPORTED_MEDIA_TYPE"),
                )
            }
            Self::TooLarge => (Some("PayloadTooLargeError"), json!("request entity too large"), None),
            Self::Parameter(name, _) => {
                let message = format!("Invalid data for parameter \"{name}\".");
                (Some("BadRequestError"), json!(message), Some("INVALID_PARAMETER_VALUE"))
            }
            Self::Conflict => (Some("ConflictError"), json!("Conflict"), None),
            Self::TooMany => (Some("TooManyRequestsError"), json!("Too Many Requests"), None),
            Self::Unavailable => (Some("ServiceUnavailableError"), json!("Service Unavailable"), None),
            Self::Internal => (None, json!("Internal Server Error"), None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_refusals_are_said_as_the_service_says_them() {
        let error = |problem: Problem| problem.json();
        for (problem, said) in [
            (
                Problem::NoToken,
                json!({ "statusCode": 401, "name": "UnauthorizedError", "message": "Bearer realm=\"Users\"" }),
            ),
            (
                Problem::BadToken,
                json!({ "statusCode": 401, "name": "UnauthorizedError", "message": { "message": "TokenExpired" } }),
            ),
            (
                Problem::NoBearer,
                json!({ "statusCode": 401, "name": "UnauthorizedError", "message": 400 }),
            ),
            (
                Problem::Forbidden,
                json!({ "statusCode": 403, "name": "ForbiddenError", "message": "NotAllowedAccess" }),
            ),
            (
                Problem::NotFound,
                json!({ "statusCode": 404, "name": "NotFoundError", "message": "EntityNotFound" }),
            ),
            (
                Problem::NoEntity(Model::Message, "999".to_owned()),
                json!({ "statusCode": 404, "name": "Error", "code": "ENTITY_NOT_FOUND",
                    "message": "Entity not found: messages with id \"999\"" }),
            ),
            (
                Problem::Internal,
                json!({ "statusCode": 500, "message": "Internal Server Error" }),
            ),
        ] {
            assert_eq!(error(problem), json!({ "error": said }));
        }
    }

    #[test]
    fn details_name_the_place_and_the_rule() {
        let detail = Detail::new("/body", "type", "must be string").with(json!({ "type": "string" }));
        let said = Problem::Body(vec![detail]).json();
        assert_eq!(said["error"]["code"], "VALIDATION_FAILED");
        assert_eq!(
            said["error"]["details"],
            json!([{ "path": "/body", "code": "type", "message": "must be string", "info": { "type": "string" } }])
        );
        let said = Problem::Parameter("filter", Vec::new()).json();
        assert_eq!(
            (&said["error"]["statusCode"], &said["error"]["code"]),
            (&json!(400), &json!("INVALID_PARAMETER_VALUE"))
        );
    }
}
