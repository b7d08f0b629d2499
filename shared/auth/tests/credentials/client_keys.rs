//! The `clientKey` header as a table: one result for each value, and never a backend where a user was meant.

use parlour_auth::{ApiToken, ClientKey, CredentialError};
use proptest::prelude::*;

use crate::forge::{USER, moment};

/// `T` stands for a token and `U` for a user's id.
const REFUSED: &[&str] = &[
    "",
    ".",
    "U",
    ".U",
    "T.",
    "T..",
    "T..U",
    ".T",
    ".T.U",
    "T.U.",
    "T.U.extra",
    "T.U.U",
    "T.T",
    "T.T.U",
    "U.T",
    "T.user",
    "T.user.with.dots",
    "T.null",
    "T.*",
    "T.0",
    "T.{U}",
    "T.urn:uuid:U",
    "T%2eU",
    "T%2EU",
    "T.U%00",
    "T%20",
    " T",
    "T ",
    "T\t",
    "T\r\n",
    " T.U",
    "T .U",
    "T. U",
    "T.U ",
    "T.\u{a0}U",
    "T\0",
    "T.U\0",
    "T\0.U",
    "T\u{2024}U",
    "T\u{ff0e}U",
    "T\u{3002}U",
    "T\u{00b7}U",
    "T:U",
    "T,U",
    "T,T",
    "T, T.U",
    "T/U",
    "TU",
    "TT",
    "Bearer T",
    "Bearer T.U",
    "\"T\"",
    "T.U\u{200b}",
    "\u{feff}T",
];

fn fill(pattern: &str, token: &str) -> String {
    pattern
        .replace("Bearer T", "Bearer \u{1}")
        .replace('T', "\u{1}")
        .replace('U', USER)
        .replace('\u{1}', token)
}

fn token() -> ApiToken {
    ApiToken::generate(&mut moment([2; 32]))
}

#[test]
fn a_token_alone_is_the_backend() {
    let token = token();
    let key = ClientKey::parse(token.expose()).unwrap();
    assert!(matches!(&key, ClientKey::Backend(read) if read.expose() == token.expose()));
    assert_eq!(key.user(), None);
}

#[test]
fn a_token_and_an_id_is_the_backend_as_that_user() {
    let token = token();
    let key = ClientKey::parse(&format!("{}.{USER}", token.expose())).unwrap();
    assert!(matches!(&key, ClientKey::AsUser(read, _) if read.expose() == token.expose()));
    assert_eq!(key.user().unwrap().to_string(), USER);
    assert_eq!(key.token().id(), token.id());
}

#[test]
fn everything_else_is_malformed() {
    let token = token();
    for pattern in REFUSED {
        let header = fill(pattern, token.expose());
        assert_eq!(
            ClientKey::parse(&header).unwrap_err(),
            CredentialError::Malformed,
            "{pattern:?}"
        );
    }
}

#[test]
fn an_id_has_one_spelling() {
    let header = format!("{}.{}", token().expose(), USER.to_uppercase());
    assert_eq!(ClientKey::parse(&header).unwrap_err(), CredentialError::Malformed);
}

#[test]
fn a_wrong_checksum_is_refused_with_and_without_a_user() {
    let text = token().expose().to_owned();
    let last = if text.ends_with('0') { '1' } else { '0' };
    let wrong = format!("{}{last}", &text[..53]);
    for header in [wrong.clone(), format!("{wrong}.{USER}")] {
        assert_eq!(ClientKey::parse(&header).unwrap_err(), CredentialError::BadChecksum);
    }
}

#[test]
fn a_long_value_is_refused_unread() {
    let token = token();
    let padded = format!("{}.{USER}{}", token.expose(), " ".repeat(8192));
    for header in [padded, token.expose().repeat(150), ".".repeat(257)] {
        assert_eq!(ClientKey::parse(&header).unwrap_err(), CredentialError::Malformed);
    }
}

#[test]
fn debug_shows_the_user_and_not_the_secret() {
    let token = token();
    let shown = format!("{:?}", ClientKey::parse(&format!("{}.{USER}", token.expose())).unwrap());
    assert!(shown.contains(USER));
    assert!(!shown.contains(&token.expose()[16..24]));
}

proptest! {
    #[test]
    fn any_text_is_judged_without_a_panic(text: String) {
        let _ = ClientKey::parse(&text);
    }

    #[test]
    fn whatever_follows_a_token_it_never_becomes_the_backend(tail in "\\PC{1,80}", dotted: bool) {
        let dot = if dotted { "." } else { "" };
        let header = format!("{}{dot}{tail}", token().expose());
        prop_assert!(!matches!(ClientKey::parse(&header), Ok(ClientKey::Backend(_))));
    }

    #[test]
    fn whatever_precedes_a_token_is_refused(head in "\\PC{1,80}") {
        let header = format!("{head}{}", token().expose());
        prop_assert!(ClientKey::parse(&header).is_err());
    }
}
