//! What a verification URL answers: an object of claims by exact type, and nothing else.

use parlour_auth::CredentialError;
use parlour_auth::foreign_token::answered;
use parlour_domain::{Timestamp, limits};

use crate::forge::{NOW, at};
use crate::provider::mapping;

/// Who it is and until when; `None`: nobody.
fn read(json: &str) -> Result<Option<(String, Timestamp)>, CredentialError> {
    let answer = answered(json.as_bytes(), &mapping("sub"), at(NOW))?;
    Ok(answer.map(|(person, until)| (person.external_id.to_string(), until)))
}

fn ada_until(end: i64) -> Option<(String, Timestamp)> {
    Some(("ada".to_owned(), at(end)))
}

#[test]
fn an_answer_holds_until_it_says_but_not_for_ever() {
    let granted = NOW + limits::USER_TOKEN_SECONDS;
    for (json, expected) in [
        (r#"{"sub":"ada"}"#.to_owned(), ada_until(granted)),
        (
            r#"{"active":true,"sub":"ada","more":[{}]}"#.to_owned(),
            ada_until(granted),
        ),
        (
            format!("\n{{\n  \"sub\": \"ada\",\n  \"exp\": {}\n}}\n", NOW + 1),
            ada_until(NOW + 1),
        ),
        (
            r#"{"sub":"ada","exp":253402300799}"#.to_owned(),
            ada_until(NOW + limits::FOREIGN_TOKEN_SECONDS),
        ),
        (r#"{"active":false}"#.to_owned(), None),
        (r#"{"active":false,"sub":"ada"}"#.to_owned(), None),
    ] {
        assert_eq!(read(&json), Ok(expected), "{json}");
    }
    assert_eq!(
        read(&format!(r#"{{"sub":"ada","exp":{NOW}}}"#)),
        Err(CredentialError::Expired { at: at(NOW) })
    );
    let from = NOW + 61;
    assert_eq!(
        read(&format!(r#"{{"sub":"ada","nbf":{from}}}"#)),
        Err(CredentialError::NotYetValid { from: at(from) })
    );
}

#[test]
fn what_is_no_answer_means_nobody() {
    let deep = format!(r#"{{"sub":"ada","x":{}{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    for json in [
        "",
        " ",
        "null",
        "true",
        "\"ada\"",
        "[]",
        r#"["ada"]"#,
        r#"[{"sub":"ada"}]"#,
        "{}",
        "{",
        r#"{"sub":"ada"}x"#,
        r#"{"sub":"ada"}{"sub":"eve"}"#,
        "\u{feff}{\"sub\":\"ada\"}",
        r#"{"sub":null}"#,
        r#"{"sub":7}"#,
        r#"{"sub":["ada"]}"#,
        r#"{"sub":{"$gt":""}}"#,
        r#"{"sub":""}"#,
        r#"{"sub":"two words"}"#,
        r#"{"sub":"\ud800"}"#,
        r#"{"user":{"sub":"ada"}}"#,
        r#"{"active":"true","sub":"ada"}"#,
        r#"{"active":1,"sub":"ada"}"#,
        r#"{"active":null,"sub":"ada"}"#,
        r#"{"sub":"ada","exp":null}"#,
        r#"{"sub":"ada","exp":"9999999999"}"#,
        r#"{"sub":"ada","exp":9999999999.5}"#,
        r#"{"sub":"ada","exp":1e400}"#,
        r#"{"sub":"ada","exp":-1}"#,
        r#"{"sub":"ada","nbf":"0"}"#,
        &deep,
    ] {
        assert_eq!(read(json), Err(CredentialError::BadClaims), "{json:.80}");
    }
}
