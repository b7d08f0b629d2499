//! User tokens as they are meant: issued, verified, expired, and bound to one app. The first test is also the proof that
//! the signing library has its cryptography: without it, it panics.

use parlour_auth::{CredentialError, IssueError, MAX_USER_TOKEN_SECONDS, USER_TOKEN_SECONDS, UserClaims};
use parlour_domain::Timestamp;
use proptest::prelude::*;

use crate::forge::{APP, HEADER, NOW, app, at, base64, claims, keys, signed, user};

#[test]
fn what_is_issued_is_verified() {
    let issued = keys().issue(&app(APP), user(), at(NOW), USER_TOKEN_SECONDS).unwrap();
    let claims = keys().verify(&issued.token, at(NOW)).unwrap();
    let expected = UserClaims {
        app: app(APP),
        user: user(),
        issued_at: at(NOW),
        expires_at: at(NOW + USER_TOKEN_SECONDS),
    };
    assert_eq!(claims, expected);
    assert_eq!(issued.expires_at, claims.expires_at);
}

#[test]
fn the_text_is_the_documented_one() {
    let issued = keys().issue(&app(APP), user(), at(NOW), 3600).unwrap();
    let header = base64(HEADER);
    assert_eq!(issued.token.split('.').next(), Some(header.as_str()));
    assert_eq!(issued.token, signed(HEADER, &claims_in_our_order()));
    assert!(keys().verify(&signed(HEADER, &claims()), at(NOW)).is_ok());
}

fn claims_in_our_order() -> String {
    format!(
        r#"{{"iss":"parlour","aud":"{APP}","sub":"{}","iat":{NOW},"exp":{}}}"#,
        user(),
        NOW + 3600
    )
}

#[test]
fn a_token_lives_to_the_millisecond() {
    let now = Timestamp::from_millis(NOW * 1000 + 999);
    let issued = keys().issue(&app(APP), user(), now, 60).unwrap();
    let end = at(NOW + 60);
    assert_eq!(issued.expires_at, end);
    assert!(keys().verify(&issued.token, end.plus_millis(-1)).is_ok());
    for late in [end, end.plus_seconds(59), Timestamp::from_millis(i64::MAX)] {
        assert_eq!(
            keys().verify(&issued.token, late).unwrap_err(),
            CredentialError::Expired { at: end }
        );
    }
}

#[test]
fn a_clock_may_be_a_minute_behind() {
    let issued = keys().issue(&app(APP), user(), at(NOW), 600).unwrap();
    assert!(keys().verify(&issued.token, at(NOW - 60)).is_ok());
    let early = keys().verify(&issued.token, at(NOW - 61)).unwrap_err();
    assert_eq!(early, CredentialError::NotYetValid { from: at(NOW) });
}

#[test]
fn a_life_is_1_second_to_24_hours() {
    assert!(keys().issue(&app(APP), user(), at(NOW), 1).is_ok());
    assert!(keys().issue(&app(APP), user(), at(NOW), MAX_USER_TOKEN_SECONDS).is_ok());
    for bad in [0, -1, i64::MIN, i64::MAX, MAX_USER_TOKEN_SECONDS + 1] {
        assert_eq!(
            keys().issue(&app(APP), user(), at(NOW), bad).unwrap_err(),
            IssueError::Lifetime,
            "{bad}"
        );
    }
}

#[test]
fn a_clock_out_of_range_issues_nothing() {
    for millis in [i64::MIN, -1, i64::MAX] {
        let now = Timestamp::from_millis(millis);
        assert_eq!(keys().issue(&app(APP), user(), now, 60).unwrap_err(), IssueError::Clock);
    }
}

#[test]
fn the_app_called_must_be_the_app_of_the_token() {
    let token = keys().issue(&app(APP), user(), at(NOW), 60).unwrap().token;
    assert!(keys().verify_for(&app(APP), &token, at(NOW)).is_ok());
    assert_eq!(
        keys().verify_for(&app("appb"), &token, at(NOW)).unwrap_err(),
        CredentialError::WrongApp
    );
}

#[test]
fn debug_does_not_show_the_token() {
    let issued = keys().issue(&app(APP), user(), at(NOW), 60).unwrap();
    let shown = format!("{issued:?}");
    assert!(shown.contains("2026-01-02T03:05:05.000Z"), "{shown}");
    assert!(!shown.contains("eyJ"), "{shown}");
}

proptest! {
    #[test]
    fn any_text_is_judged_without_a_panic(text: String, parts in "[A-Za-z0-9_.=-]{0,200}") {
        prop_assert!(keys().verify(&text, at(NOW)).is_err());
        prop_assert!(keys().verify(&parts, at(NOW)).is_err());
    }

    #[test]
    fn any_json_under_a_good_signature_is_judged_without_a_panic(header: String, claims: String) {
        prop_assert!(keys().verify(&signed(&header, &claims), at(NOW)).is_err());
        prop_assert!(keys().verify(&signed(HEADER, &claims), at(NOW)).is_err());
    }

    #[test]
    fn one_changed_character_is_refused(place in any::<prop::sample::Index>(), to in "[A-Za-z0-9_.=-]") {
        let mut token = keys().issue(&app(APP), user(), at(NOW), 3600).unwrap().token;
        let place = place.index(token.len());
        prop_assume!(token[place..=place] != to);
        token.replace_range(place..=place, &to);
        prop_assert!(keys().verify(&token, at(NOW)).is_err());
    }

    #[test]
    fn a_token_is_of_its_app_and_user_only(name in "[a-z0-9]{1,16}", lifetime in 1_i64..=86_400) {
        let token = keys().issue(&app(&name), user(), at(NOW), lifetime).unwrap().token;
        let claims = keys().verify(&token, at(NOW)).unwrap();
        prop_assert_eq!(claims.app.as_str(), name);
        prop_assert_eq!(claims.expires_at, at(NOW + lifetime));
    }
}
