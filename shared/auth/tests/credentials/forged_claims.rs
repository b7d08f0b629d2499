//! Attacks on the claims, under a good signature: each must have its exact type and stay in its range.

use parlour_auth::{CredentialError, MAX_USER_TOKEN_SECONDS};

use crate::forge::{HEADER, NOW, USER, at, claims, claims_with, keys, signed};

fn refusal(claims: &str) -> CredentialError {
    keys().verify(&signed(HEADER, claims), at(NOW)).unwrap_err()
}

/// JSON values that are no whole number of seconds, or none that a time can have.
const NO_TIME: &[&str] = &[
    "null",
    "true",
    "false",
    "[]",
    "{}",
    r#""""#,
    r#""9999999999""#,
    r#""1767326645""#,
    "[1767326645]",
    r#"{"$numberLong":"1767326645"}"#,
    "-1",
    "-0.0",
    "1767326645.0",
    "1767326645.5",
    "1.767326645e9",
    "1e400",
    "-1e400",
    "1e18",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "253402300800",
    "-9223372036854775808",
    "-9223372036854775809",
    "NaN",
    "Infinity",
    "01767326645",
    "0x69574135",
    "",
];

#[test]
fn exp_is_required_and_a_whole_number() {
    assert_eq!(
        refusal(&claims_with(&format!(r#""iat":{NOW}"#))),
        CredentialError::BadClaims
    );
    for exp in NO_TIME {
        let claims = claims_with(&format!(r#""iat":{NOW},"exp":{exp}"#));
        assert_eq!(refusal(&claims), CredentialError::BadClaims, "{exp}");
    }
}

#[test]
fn iat_is_required_and_a_whole_number() {
    let exp = NOW + 3600;
    assert_eq!(
        refusal(&claims_with(&format!(r#""exp":{exp}"#))),
        CredentialError::BadClaims
    );
    for iat in NO_TIME {
        let claims = claims_with(&format!(r#""iat":{iat},"exp":{exp}"#));
        assert_eq!(refusal(&claims), CredentialError::BadClaims, "{iat}");
    }
}

#[test]
fn nbf_may_be_absent_but_not_of_another_type() {
    let with = |nbf: &str| claims_with(&format!(r#""iat":{NOW},"exp":{},"nbf":{nbf}"#, NOW + 3600));
    for nbf in NO_TIME.iter().copied().chain([r#""99999999999""#]) {
        assert_eq!(refusal(&with(nbf)), CredentialError::BadClaims, "{nbf}");
    }
    assert!(
        keys()
            .verify(&signed(HEADER, &with(&(NOW + 60).to_string())), at(NOW))
            .is_ok()
    );
    let from = at(NOW + 61);
    assert_eq!(
        refusal(&with(&(NOW + 61).to_string())),
        CredentialError::NotYetValid { from }
    );
}

#[test]
fn times_must_make_a_life_that_could_have_been_issued() {
    let with = |iat: i64, exp: i64| claims_with(&format!(r#""iat":{iat},"exp":{exp}"#));
    for (iat, exp) in [
        (NOW, NOW),
        (NOW, NOW - 1),
        (NOW, NOW + MAX_USER_TOKEN_SECONDS + 1),
        (0, NOW + 60),
    ] {
        assert_eq!(refusal(&with(iat, exp)), CredentialError::BadClaims, "{iat} to {exp}");
    }
    assert!(
        keys()
            .verify(&signed(HEADER, &with(NOW, NOW + MAX_USER_TOKEN_SECONDS)), at(NOW))
            .is_ok()
    );
    assert_eq!(refusal(&with(NOW - 10, NOW)), CredentialError::Expired { at: at(NOW) });
    assert_eq!(
        refusal(&with(NOW + 61, NOW + 120)),
        CredentialError::NotYetValid { from: at(NOW + 61) }
    );
}

#[test]
fn a_claim_that_comes_twice_is_refused() {
    for (name, value) in [
        ("iss", r#""parlour""#.to_owned()),
        ("aud", r#""appa""#.to_owned()),
        ("aud", r#""appb""#.to_owned()),
        ("sub", format!(r#""{USER}""#)),
        ("iat", NOW.to_string()),
        ("exp", (NOW + 3600).to_string()),
        ("exp", "9999999999".to_owned()),
        ("e\\u0078p", "9999999999".to_owned()),
    ] {
        let first = claims().replacen('{', &format!(r#"{{"{name}":{value},"#), 1);
        let last = claims().replacen('}', &format!(r#","{name}":{value}}}"#), 1);
        assert_eq!(refusal(&first), CredentialError::BadClaims, "{name} first");
        assert_eq!(refusal(&last), CredentialError::BadClaims, "{name} last");
    }
    let nbf = format!(r#","nbf":{NOW},"nbf":{NOW}}}"#);
    assert_eq!(refusal(&claims().replacen('}', &nbf, 1)), CredentialError::BadClaims);
}

#[test]
fn the_issuer_is_parlour() {
    for iss in [
        r#""Parlour""#,
        r#""""#,
        "null",
        "1",
        r#"["parlour"]"#,
        r#""https://parlour""#,
    ] {
        assert_eq!(
            refusal(&claims().replacen(r#""parlour""#, iss, 1)),
            CredentialError::BadClaims,
            "{iss}"
        );
    }
    assert_eq!(
        refusal(&claims().replacen(r#""iss":"parlour","#, "", 1)),
        CredentialError::BadClaims
    );
}

#[test]
fn the_audience_is_the_one_app_of_the_key() {
    for aud in [r#""appb""#, r#""""#, r#""APPA""#, r#""appa ""#, r#""*""#] {
        assert_eq!(
            refusal(&claims().replacen(r#""appa""#, aud, 1)),
            CredentialError::WrongApp,
            "{aud}"
        );
    }
    for aud in ["null", "1", "{}", r#"["appa"]"#, r#"["appb","appa"]"#] {
        assert_eq!(
            refusal(&claims().replacen(r#""appa""#, aud, 1)),
            CredentialError::BadClaims,
            "{aud}"
        );
    }
    assert_eq!(
        refusal(&claims().replacen(r#""aud":"appa","#, "", 1)),
        CredentialError::BadClaims
    );
}

#[test]
fn the_subject_is_a_user_id() {
    let upper = format!(r#""{}""#, USER.to_uppercase());
    let spaced = format!(r#"" {USER}""#);
    for sub in [r#""""#, "null", "1", r#""admin""#, "[]", &upper, &spaced] {
        let claims = claims().replacen(&format!(r#""{USER}""#), sub, 1);
        assert_eq!(refusal(&claims), CredentialError::BadClaims, "{sub}");
    }
    let without = claims().replacen(&format!(r#""sub":"{USER}","#), "", 1);
    assert_eq!(refusal(&without), CredentialError::BadClaims);
}

#[test]
fn claims_are_one_json_object() {
    let array = format!(r#"["parlour","appa","{USER}",{NOW},{},{NOW}]"#, NOW + 3600);
    let twice = claims().repeat(2);
    let trailing = format!("{}x", claims());
    for text in [
        "",
        "{}",
        "null",
        "1",
        "[]",
        &array,
        &twice,
        &trailing,
        "{",
        "\u{feff}{}",
    ] {
        assert_eq!(refusal(text), CredentialError::BadClaims, "{text}");
    }
}

#[test]
fn unknown_claims_give_no_rights_and_do_no_harm() {
    let more = r#"{"role":"admin","jku":"http://127.0.0.1:1/","use":"ticket","x":{"y":[1,null]},"#;
    let plain = keys().verify(&signed(HEADER, &claims()), at(NOW)).unwrap();
    let richer = keys()
        .verify(&signed(HEADER, &claims().replacen('{', more, 1)), at(NOW))
        .unwrap();
    assert_eq!(plain, richer);
}
