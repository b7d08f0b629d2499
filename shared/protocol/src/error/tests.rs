//! The catalogue, and errors made of it.

use super::*;

#[test]
fn a_code_is_spelled_as_its_variant() {
    for code in Code::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), json!(code.as_str()));
    }
}

#[test]
fn only_what_may_succeed_later_is_retryable() {
    for code in Code::ALL {
        assert_eq!(code.retryable(), matches!(code.status(), 429 | 503), "{code:?}");
    }
}

#[test]
fn an_invalid_field_is_named() {
    let error = WireError::from(InvalidInput::new("name", "must not be empty"));
    let problem = error.problem("r1");
    assert_eq!(problem["field"], "name");
    assert_eq!(problem["detail"], "name must not be empty.");
    assert_eq!(problem["status"], 400);
    assert_eq!(error.frame_data()["code"], "invalid_input");
}
