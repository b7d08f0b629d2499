//! Refusals: those that the service has words for, in its envelope, and those of its framework.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use parlour_protocol::Code;
use parlour_protocol::dialect::chat_panel::rest::{Envelope, Problem};
use parlour_service::Error;

use super::super::asked::{answer, failed};

/// Why a request is refused.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The service says so itself, with this text and this status in the body.
    Says(&'static str, u16),
    /// The framework does.
    Problem(Problem),
    /// A use-case does.
    Failed(Error),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Refusal {
    /// There is no such room, or it is none of the actor's.
    pub(super) fn no_room(error: Error) -> Self {
        match error {
            Error::NotFound => Self::Says("Room not found!", 404),
            error => error.into(),
        }
    }

    /// There is no such user.
    pub(super) const fn unknown_user() -> Self {
        Self::Says("User not found", 404)
    }

    /// The same, if that is what went wrong.
    pub(super) fn no_user(error: Error) -> Self {
        match error {
            Error::NotFound => Self::unknown_user(),
            error => error.into(),
        }
    }

    /// Whether there is no such room or the user is no member of it, is not told.
    pub(super) fn not_theirs(error: Error) -> Self {
        match error {
            Error::NotFound => Problem::not_theirs().into(),
            error => error.into(),
        }
    }

    /// The response. `success` is the HTTP status of what the service says itself, good or bad.
    pub(super) fn response(self, success: StatusCode, request_id: &str) -> Response {
        let (problem, retry_after_ms) = match self {
            Self::Says(message, status) => {
                return (success, Json(Envelope::without(message, status))).into_response();
            }
            Self::Problem(problem) => (problem, None),
            Self::Failed(error) => of(error, request_id),
        };
        answer(problem.status(), &problem, retry_after_ms)
    }
}

/// What a use-case refused, and when to come again. Of what is wrong inside nothing is told.
fn of(error: Error, request_id: &str) -> (Problem, Option<u64>) {
    let invalid = match &error {
        Error::Invalid(invalid) => Some(format!("{} {}", invalid.field, invalid.reason)),
        _ => None,
    };
    let error = failed(error, request_id);
    let status = error.code.status();
    let problem = match (error.code, status) {
        (Code::InvalidInput, _) => Problem::invalid(invalid.as_slice()),
        (Code::UserSuspended, _) => Problem::suspended(),
        (Code::UserRequired, _) => Problem::no_user(),
        (Code::FileMismatch, _) => Problem::file_type(),
        (Code::PayloadTooLarge, _) => Problem::too_large(),
        (Code::Unauthenticated | Code::TokenExpired | Code::OriginNotAllowed | Code::Forbidden, _) => {
            Problem::forbidden()
        }
        (_, 429) => Problem::thrown(status, "Too Many Requests"),
        (_, 500) => Problem::internal(),
        (_, 503) => Problem::thrown(status, "Service Unavailable"),
        _ => Problem::thrown(status, &error.message),
    };
    (problem, error.retry_after_ms)
}

#[cfg(test)]
mod tests {
    use parlour_domain::access::Denied;
    use parlour_protocol::InvalidInput;
    use parlour_store::StoreError;
    use serde_json::{Value, json};

    use super::*;

    fn written(error: Error) -> Value {
        serde_json::to_value(of(error, "0").0).unwrap()
    }

    #[test]
    fn statuses_are_the_frameworks_and_nothing_of_the_inside_is_told() {
        let inside = || "the table chat-7 is gone".to_owned();
        let forbidden = json!({ "message": "Forbidden resource", "error": "Forbidden", "statusCode": 403 });
        for error in [
            Error::Unauthenticated,
            Error::TokenExpired,
            Error::OriginNotAllowed,
            Error::Denied(Denied::Forbidden),
        ] {
            assert_eq!(written(error), forbidden);
        }
        for (error, status, message) in [
            (Error::UserSuspended, 401, "This user is suspended!"),
            (Error::Defect(inside()), 500, "Internal server error"),
            (Error::RateLimited { retry_after_ms: 7 }, 429, "Too Many Requests"),
            (
                Error::Store(StoreError::Unavailable(inside())),
                503,
                "Service Unavailable",
            ),
        ] {
            assert_eq!(written(error), json!({ "statusCode": status, "message": message }));
        }
        let invalid = written(InvalidInput::new("name", "must be shorter").into());
        assert_eq!(invalid["message"], json!(["name must be shorter"]));
    }
}
