//! What a request of another service's client comes with, whichever service it is.

use axum::Json;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Query;
use axum::http::header::{AUTHORIZATION, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use parlour_domain::limits;
use parlour_protocol::WireError;
use parlour_service::Error;
use percent_encoding::percent_decode_str;
use serde::Serialize;

use crate::wire::{ended, wire};

/// The parameters of the query, decoded; none where it cannot be read.
pub(super) fn query(uri: &Uri) -> Vec<(String, String)> {
    Query::<Vec<(String, String)>>::try_from_uri(uri).map_or_else(|_| Vec::new(), |query| query.0)
}

/// A part of the path, decoded. `None`: it is no text.
pub(super) fn decoded(part: &str) -> Option<String> {
    let text = percent_decode_str(part).decode_utf8().ok()?;
    Some(text.into_owned())
}

/// The whole body. `None`: it is larger than any may be, or ended too early.
pub(super) async fn whole(body: Body) -> Option<Bytes> {
    to_bytes(body, limits::REST_BODY_BYTES).await.ok()
}

/// Scheme and token of the one `Authorization` header. `Err`: it is there and has not both, or is there twice.
pub(super) fn credential(headers: &HeaderMap) -> Result<Option<(&str, &str)>, Unreadable> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    match (given.next(), given.next()) {
        (None, _) => Ok(None),
        (Some(one), None) => {
            let parts = one.to_str().ok().and_then(|text| text.split_once(' '));
            parts.map(Some).ok_or(Unreadable)
        }
        (Some(_), Some(_)) => Err(Unreadable),
    }
}

/// The header is no credential.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// What became of a use-case, counted and logged under the request's id.
pub(super) fn failed(error: Error, request_id: &str) -> WireError {
    let error = wire(error, request_id);
    ended(&error);
    error
}

/// An answer, with when to come again.
pub(super) fn answer<T: Serialize>(status: u16, body: &T, retry_after_ms: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(body)).into_response();
    if let Some(after) = retry_after_ms {
        let seconds = HeaderValue::from(after.div_ceil(1000));
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_one_header_of_two_words() {
        let headers = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AUTHORIZATION, HeaderValue::from_static(value));
            }
            headers
        };
        assert_eq!(credential(&headers(&[])), Ok(None));
        assert_eq!(credential(&headers(&["JWT x.y.z"])), Ok(Some(("JWT", "x.y.z"))));
        for values in [&["JWT"][..], &[""], &["JWT x", "JWT x"]] {
            assert_eq!(credential(&headers(values)), Err(Unreadable), "{values:?}");
        }
    }

    #[test]
    fn queries_and_paths_are_decoded() {
        let uri = |text: &'static str| Uri::from_static(text);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            query(&uri("/x?a=1&b=%20c&a=2")),
            [pair("a", "1"), pair("b", " c"), pair("a", "2")]
        );
        assert_eq!(query(&uri("/x")), []);
        assert_eq!(decoded("order%2F17"), Some("order/17".to_owned()));
        assert_eq!(decoded("%ff"), None);
    }
}
