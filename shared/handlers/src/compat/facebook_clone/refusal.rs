//! Refusals, as the Django REST framework writes them.

use axum::response::{IntoResponse, Response};
use parlour_protocol::Code;
use parlour_protocol::dialect::facebook_clone::rest::detail;
use parlour_service::Error;
use serde_json::Value;

use super::super::asked::{answer, failed};

const FORBIDDEN: &str = "You do not have permission to perform this action.";

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    body: Value,
    retry_after_ms: Option<u64>,
}

impl Refusal {
    pub(super) const fn new(status: u16, body: Value) -> Self {
        Self {
            status,
            body,
            retry_after_ms: None,
        }
    }

    /// There is no such path.
    pub(super) fn not_found() -> Self {
        Self::new(404, detail("Not found."))
    }

    /// There is no such room, or it is none of the user's.
    pub(super) fn no_user() -> Self {
        Self::new(404, detail("User not found"))
    }

    /// There is no such page.
    pub(super) fn no_page() -> Self {
        Self::new(404, detail("Invalid page."))
    }

    /// Nobody asks, or somebody who may not.
    pub(super) fn forbidden() -> Self {
        Self::new(403, detail(FORBIDDEN))
    }

    /// The token proves nothing.
    pub(super) fn invalid_token() -> Self {
        Self::new(403, detail("Invalid token"))
    }

    /// Why a token opens nothing.
    pub(super) fn of_token(error: Error, request_id: &str) -> Self {
        let known = match error {
            Error::Unauthenticated | Error::TokenExpired => Some(Self::invalid_token()),
            Error::NotVerified => Some(Self::new(403, detail("Auth service unavailable"))),
            _ => None,
        };
        let other = Self::of(error, request_id);
        known.unwrap_or(other)
    }

    /// Why a use-case did not do what was asked. Of what is wrong inside nothing is said.
    pub(super) fn of(error: Error, request_id: &str) -> Self {
        let error = failed(error, request_id);
        let text = match (error.code, error.code.status()) {
            (Code::NotFound, _) => return Self::no_user(),
            (_, 401 | 403) => return Self::forbidden(),
            (_, 429) => {
                let seconds = error.retry_after_ms.unwrap_or_default().div_ceil(1000);
                format!("Request was throttled. Expected available in {seconds} seconds.")
            }
            (_, 500) => "A server error occurred.".to_owned(),
            (_, 503) => "Service temporarily unavailable, try again later.".to_owned(),
            _ => error.message,
        };
        Self {
            status: error.code.status(),
            body: detail(&text),
            retry_after_ms: error.retry_after_ms,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        answer(self.status, &self.body, self.retry_after_ms)
    }
}

#[cfg(test)]
mod tests {
    use parlour_domain::access::Denied;
    use parlour_store::StoreError;

    use super::*;

    #[test]
    fn statuses_are_the_services_and_nothing_of_the_inside_is_told() {
        let inside = || "the table chat-7 is gone".to_owned();
        for (error, status, text) in [
            (Error::NotFound, 404, "User not found"),
            (Error::Denied(Denied::NotFound), 404, "User not found"),
            (Error::Denied(Denied::Forbidden), 403, FORBIDDEN),
            (Error::UserSuspended, 403, FORBIDDEN),
            (Error::Defect(inside()), 500, "A server error occurred."),
            (
                Error::Store(StoreError::Unavailable(inside())),
                503,
                "Service temporarily unavailable, try again later.",
            ),
        ] {
            let refusal = Refusal::of(error, "0");
            assert_eq!((refusal.status, refusal.body), (status, detail(text)));
        }
        for (error, text) in [
            (Error::Unauthenticated, "Invalid token"),
            (Error::TokenExpired, "Invalid token"),
            (Error::NotVerified, "Auth service unavailable"),
            (Error::UserSuspended, FORBIDDEN),
        ] {
            let refusal = Refusal::of_token(error, "0");
            assert_eq!((refusal.status, refusal.body), (403, detail(text)));
        }
        let refusal = Refusal::of(Error::RateLimited { retry_after_ms: 1_500 }, "0");
        let throttled = detail("Request was throttled. Expected available in 2 seconds.");
        assert_eq!((refusal.status, refusal.body), (429, throttled));
    }
}
