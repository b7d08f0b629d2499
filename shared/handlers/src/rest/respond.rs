//! Answers: results with their status, refusals as problem documents.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use parlour_protocol::{Code, InvalidInput, WireError};
use parlour_service::metric::Timing;
use parlour_service::{Done, Error};
use serde::Serialize;

/// Marks the answer of an earlier attempt.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// A refusal or fault on its way out. The edge makes a problem document of it, with the request's id.
#[derive(Debug)]
pub(crate) enum Failure {
    Service(Error),
    Wire(WireError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

impl From<WireError> for Failure {
    fn from(error: WireError) -> Self {
        Self::Wire(error)
    }
}

impl From<InvalidInput> for Failure {
    fn from(invalid: InvalidInput) -> Self {
        Self::Wire(invalid.into())
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::Wire(WireError::new(code))
    }
}

/// The failure itself, for the edge to find. In a mutex only because extensions are shared.
#[derive(Debug, Clone)]
pub(crate) struct Failed(pub(crate) std::sync::Arc<std::sync::Mutex<Option<Failure>>>);

/// Has the edge record how long the whole request took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timed(pub(crate) Timing);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response
            .extensions_mut()
            .insert(Failed(std::sync::Arc::new(std::sync::Mutex::new(Some(self)))));
        response
    }
}

/// What a route answers.
pub(crate) type Answer = Result<Response, Failure>;

/// 200 with a body.
pub(crate) fn ok<T: Serialize>(value: &T) -> Answer {
    Ok(Json(value).into_response())
}

/// 201 with a body; 200 and a mark if an earlier attempt made it or it was there already.
pub(crate) fn created<T: Serialize>(done: &Done<T>) -> Answer {
    Ok(if done.replayed {
        ([(REPLAYED, HeaderValue::from_static("true"))], Json(&done.value)).into_response()
    } else {
        (StatusCode::CREATED, Json(&done.value)).into_response()
    })
}

/// 200 with a body, marked if an earlier attempt did it.
pub(crate) fn changed<T: Serialize>(done: &Done<T>) -> Answer {
    if done.replayed { created(done) } else { ok(&done.value) }
}

/// 202 with a body, marked if an earlier attempt started it.
pub(crate) fn accepted<T: Serialize>(done: &Done<T>) -> Answer {
    Ok(if done.replayed {
        let mark = [(REPLAYED, HeaderValue::from_static("true"))];
        (StatusCode::ACCEPTED, mark, Json(&done.value)).into_response()
    } else {
        (StatusCode::ACCEPTED, Json(&done.value)).into_response()
    })
}

/// 204, marked if an earlier attempt did it.
pub(crate) fn gone(done: &Done<()>) -> Answer {
    Ok(if done.replayed {
        (StatusCode::NO_CONTENT, [(REPLAYED, HeaderValue::from_static("true"))]).into_response()
    } else {
        StatusCode::NO_CONTENT.into_response()
    })
}

pub(crate) async fn not_found() -> Failure {
    Code::NotFound.into()
}

pub(crate) async fn method_not_allowed() -> Failure {
    Code::MethodNotAllowed.into()
}
