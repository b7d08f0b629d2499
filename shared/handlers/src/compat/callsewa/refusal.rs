//! Refusals, as the service writes them.

use axum::http::header::{CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use parlour_protocol::Code;
use parlour_protocol::dialect::callsewa_rest::{Unfit, cannot, returned, thrown};
use parlour_service::Error;
use serde_json::{Value, json};

use super::super::asked::{answer, failed};

/// Why a request is refused.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The request is not as its route's model says, or is for others: a page.
    Unfit,
    /// There is no such route.
    NoRoute,
    /// In the service's own words.
    Said(u16, Value),
    /// Because a use-case refuses it.
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Unfit> for Refusal {
    fn from(_: Unfit) -> Self {
        Self::Unfit
    }
}

impl Refusal {
    pub(super) const fn said(status: u16, body: Value) -> Self {
        Self::Said(status, body)
    }

    /// What the service returns where it should throw: with status 200.
    pub(super) fn returned(status: u16, message: &str) -> Self {
        Self::Said(200, returned(status, message))
    }

    /// With the status itself.
    pub(super) fn thrown(status: u16, message: &str) -> Self {
        Self::Said(status, thrown(status, message))
    }

    /// What its database says of a text that is no UUID.
    pub(super) fn no_uuid(text: &str) -> Self {
        let message = format!("invalid input syntax for type uuid: \"{text}\"");
        Self::Said(400, json!({ "message": message }))
    }

    pub(super) fn response(self, parts: &Parts, request_id: &str) -> Response {
        match self {
            Self::Unfit => page(cannot(parts.method.as_str(), parts.uri.path())),
            Self::NoRoute => answer(404, &json!({ "message": "Not Found" }), None),
            Self::Said(status, body) => answer(status, &body, None),
            Self::Failed(error) => of(error, request_id),
        }
    }
}

/// The page is of this server: nothing of its path is more than text.
fn page(text: String) -> Response {
    let mut response = (StatusCode::NOT_FOUND, Html(text)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Why a use-case did not do what was asked. Of what is wrong inside nothing is said.
fn of(error: Error, request_id: &str) -> Response {
    let invalid = match &error {
        Error::Invalid(invalid) => Some(format!("{} {}", invalid.field, invalid.reason)),
        _ => None,
    };
    let error = failed(error, request_id);
    let status = error.code.status();
    let body = match (invalid, error.code) {
        (Some(message), _) => json!({ "message": message }),
        (_, Code::Unauthenticated | Code::TokenExpired | Code::UserSuspended) => thrown(status, "token key mismatch"),
        (_, Code::NotFound) => thrown(status, "Not Found"),
        _ => thrown(status, &error.message),
    };
    answer(status, &body, error.retry_after_ms)
}
