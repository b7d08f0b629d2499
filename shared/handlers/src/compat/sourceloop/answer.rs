//! Answers and refusals, in the service's words.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use parlour_protocol::dialect::sourceloop::problem::{Detail, Problem};
use parlour_protocol::{Code, InvalidInput};
use parlour_service::Error;
use serde_json::{Value, json};

use crate::wire::{ended, wire};

/// Says that there is more than was looked at, or than fits an answer.
const INCOMPLETE: HeaderName = HeaderName::from_static("parlour-incomplete");

/// Why a request is refused.
#[derive(Debug)]
pub(super) enum Refusal {
    /// In the service's own words.
    Said(Problem),
    /// Because a use-case refuses it.
    Service(Error),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Said(problem)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

impl From<InvalidInput> for Refusal {
    fn from(invalid: InvalidInput) -> Self {
        Self::Said(Problem::invalid(&invalid))
    }
}

/// What is wrong with a body.
impl From<Vec<Detail>> for Refusal {
    fn from(details: Vec<Detail>) -> Self {
        Self::Said(Problem::Body(details))
    }
}

pub(super) type Answer = Result<Response, Refusal>;

impl Refusal {
    /// Whether it is about one row alone, of which a request about many goes on to the next.
    pub(super) const fn of_one_row(&self) -> bool {
        matches!(
            self,
            Self::Service(Error::NotFound | Error::Denied(_) | Error::MessageDeleted)
                | Self::Said(Problem::Forbidden | Problem::NotFound | Problem::NoEntity(..))
        )
    }
}

/// What a refusal is called here.
fn problem(error: Error, id: &str) -> Problem {
    if let Error::Invalid(invalid) = &error {
        return Problem::invalid(invalid);
    }
    let error = wire(error, id);
    ended(&error);
    match (error.code, error.code.status()) {
        (_, 401) | (Code::UserSuspended, _) => Problem::BadToken,
        (_, 403) => Problem::Forbidden,
        (Code::MessageDeleted, _) | (_, 404) => Problem::NotFound,
        (_, 413) => Problem::TooLarge,
        (_, 429) => Problem::TooMany,
        (Code::Internal, _) => Problem::Internal,
        (_, 503) => Problem::Unavailable,
        _ => Problem::Conflict,
    }
}

pub(super) fn refused(refusal: Refusal, id: &str) -> Response {
    let problem = match refusal {
        Refusal::Said(problem) => problem,
        Refusal::Service(error) => problem(error, id),
    };
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(problem.json())).into_response()
}

/// 200 with a body, and a mark if that is not all.
pub(super) fn ok(body: Value, cut: bool) -> Response {
    let mut response = Json(body).into_response();
    if cut {
        response
            .headers_mut()
            .insert(INCOMPLETE, HeaderValue::from_static("true"));
    }
    response
}

/// 200 with how many.
pub(super) fn count(count: usize, cut: bool) -> Response {
    ok(json!({ "count": count }), cut)
}

/// 204.
pub(super) fn done() -> Response {
    StatusCode::NO_CONTENT.into_response()
}
