//! What the Lambda API answers to an invocation.
//!
//! Lambda says by the header `X-Amz-Function-Error` that a function failed, with status 200; `cargo lambda watch` by the status 500. The body
//! is the function's `{"errorMessage": …, "errorType": …}` either way. Any other status means that it was not run.

use bytes::Bytes;
use http::response::Parts;
use serde::Deserialize;

/// How much is quoted of an error, in characters.
const QUOTED: usize = 200;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionError {
    error_message: Option<String>,
    error_type: Option<String>,
}

/// Why a function was not run, in the words of Lambda (`message`, `Message`) or `cargo lambda watch` (`title`).
#[derive(Deserialize)]
struct Refusal {
    #[serde(alias = "Message", alias = "title")]
    message: Option<String>,
}

/// The function's answer, or its `errorMessage`, or why there is neither.
pub(super) fn read(parts: &Parts, body: Bytes) -> Result<Bytes, String> {
    let failed = parts.headers.contains_key("x-amz-function-error");
    if parts.status.is_success() && !failed {
        return Ok(body);
    }
    match serde_json::from_slice::<FunctionError>(&body) {
        Ok(error) if failed || error.error_message.is_some() => Err(said(error)),
        _ if failed => Err("the function failed".to_owned()),
        _ => Err(refused(parts, &body)),
    }
}

fn said(error: FunctionError) -> String {
    let text = error.error_message.or(error.error_type);
    text.as_deref().map_or("the function failed".to_owned(), quote)
}

/// Never a text that a function could have said: the authorizer's is acted upon.
fn refused(parts: &Parts, body: &[u8]) -> String {
    let kind = parts
        .headers
        .get("x-amzn-errortype")
        .and_then(|kind| kind.to_str().ok());
    let refusal = serde_json::from_slice::<Refusal>(body).ok();
    let message = refusal.and_then(|refusal| refusal.message);
    let why = [kind, message.as_deref()].into_iter().flatten().collect::<Vec<_>>();
    format!("the Lambda API answers {}: {}", parts.status, quote(&why.join(": ")))
}

fn quote(text: &str) -> String {
    text.chars().take(QUOTED).collect()
}

#[cfg(test)]
mod tests {
    use http::Response;

    use super::*;

    fn answered(status: u16, header: Option<(&str, &str)>, body: &'static str) -> Result<Bytes, String> {
        read(&head(status, header), Bytes::from_static(body.as_bytes()))
    }

    fn head(status: u16, header: Option<(&str, &str)>) -> Parts {
        let mut response = Response::builder().status(status);
        if let Some((name, value)) = header {
            response = response.header(name, value);
        }
        response.body(()).unwrap().into_parts().0
    }

    const REFUSED: &str = r#"{"errorMessage":"Unauthorized","errorType":"Unauthorized"}"#;

    #[test]
    fn a_success_is_the_body_as_it_is() {
        assert_eq!(answered(200, None, "null"), Ok(Bytes::from_static(b"null")));
        assert_eq!(answered(200, None, REFUSED), Ok(Bytes::from_static(REFUSED.as_bytes())));
    }

    #[test]
    fn lambda_marks_a_failure_by_a_header_and_cargo_lambda_by_the_status() {
        let unhandled = Some(("x-amz-function-error", "Unhandled"));
        assert_eq!(answered(200, unhandled, REFUSED), Err("Unauthorized".to_owned()));
        assert_eq!(answered(500, None, REFUSED), Err("Unauthorized".to_owned()));
        let ended = r#"{"errorType":"Runtime.ExitError"}"#;
        assert_eq!(answered(200, unhandled, ended), Err("Runtime.ExitError".to_owned()));
        for body in ["{}", "no json", "null"] {
            assert_eq!(answered(200, unhandled, body), Err("the function failed".to_owned()));
        }
    }

    #[test]
    fn a_refusal_cannot_be_taken_for_what_a_function_says() {
        let kind = Some(("x-amzn-errortype", "TooManyRequestsException"));
        assert_eq!(
            answered(
                429,
                kind,
                r#"{"Reason":"ConcurrentInvocationLimitExceeded","message":"Rate exceeded"}"#
            ),
            Err("the Lambda API answers 429 Too Many Requests: TooManyRequestsException: Rate exceeded".to_owned())
        );
        let missing = r#"{"detail":"that function doesn't exist","title":"Missing function"}"#;
        assert_eq!(
            answered(404, None, missing),
            Err("the Lambda API answers 404 Not Found: Missing function".to_owned())
        );
        assert_ne!(
            answered(401, None, r#"{"message":"Unauthorized"}"#),
            Err("Unauthorized".to_owned())
        );
    }
}
