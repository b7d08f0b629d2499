//! Tickets: form and hash, and that no other credential passes for one.

use parlour_auth::{ApiToken, ClientKey, CredentialError, TICKET_SECONDS, Ticket};
use proptest::prelude::*;

use crate::forge::{APP, NOW, app, at, keys, moment, user};

#[test]
fn a_ticket_names_its_app_and_comes_back() {
    let mut moment = moment([4; 32]);
    let ticket = Ticket::generate(&app(APP), &mut moment);
    let text = ticket.expose();
    assert!(text.starts_with("pt_appa_"));
    assert_eq!(text.len(), 8 + 32);
    let read = Ticket::parse(text).unwrap();
    assert_eq!(read.app(), &app(APP));
    assert!(ticket.hash().matches_ticket(&read));
    assert!(!Ticket::generate(&app(APP), &mut moment).hash().matches_ticket(&read));
    assert_eq!(TICKET_SECONDS, 60);
}

#[test]
fn the_hash_covers_the_app() {
    let ticket = Ticket::generate(&app(APP), &mut moment([4; 32]));
    let moved = Ticket::parse(&ticket.expose().replacen(APP, "appb", 1)).unwrap();
    assert!(!ticket.hash().matches_ticket(&moved));
}

#[test]
fn other_texts_are_malformed() {
    let text = Ticket::generate(&app(APP), &mut moment([4; 32])).expose().to_owned();
    let secret = &text[8..];
    let cases = [
        String::new(),
        "pt_".to_owned(),
        "pt_appa_".to_owned(),
        text[..39].to_owned(),
        format!("{text}0"),
        format!("{text} "),
        format!("{text}&token=x"),
        format!("pt__{secret}"),
        format!("pt_APPA_{secret}"),
        format!("pt_app-a_{secret}"),
        format!("pt_app_a_{secret}"),
        format!("pt_{}_{secret}", "a".repeat(17)),
        format!("PT_appa_{secret}"),
        format!("pt_appa_{}.{}", &secret[..15], &secret[16..]),
        format!("pt_appa_{}é{}", &secret[..15], &secret[17..]),
    ];
    for case in cases {
        assert_eq!(
            Ticket::parse(&case).unwrap_err(),
            CredentialError::Malformed,
            "{case:?}"
        );
    }
}

#[test]
fn debug_shows_the_app_only() {
    let ticket = Ticket::generate(&app(APP), &mut moment([4; 32]));
    assert_eq!(format!("{ticket:?}"), "Ticket(pt_appa_..)");
}

#[test]
fn the_kinds_of_credentials_cannot_be_swapped() {
    let mut moment = moment([5; 32]);
    let api = ApiToken::generate(&mut moment).expose().to_owned();
    let ticket = Ticket::generate(&app(APP), &mut moment).expose().to_owned();
    let jwt = keys().issue(&app(APP), user(), at(NOW), 60).unwrap().token;
    for other in [&ticket, &jwt] {
        assert_eq!(ApiToken::parse(other).unwrap_err(), CredentialError::Malformed);
        assert_eq!(ClientKey::parse(other).unwrap_err(), CredentialError::Malformed);
    }
    for other in [&api, &jwt] {
        assert_eq!(Ticket::parse(other).unwrap_err(), CredentialError::Malformed);
    }
    for other in [&api, &ticket] {
        assert_eq!(keys().verify(other, at(NOW)).unwrap_err(), CredentialError::Malformed);
    }
}

proptest! {
    #[test]
    fn what_is_generated_parses(seed: [u8; 32], name in "[a-z0-9]{1,16}") {
        let ticket = Ticket::generate(&app(&name), &mut moment(seed));
        let read = Ticket::parse(ticket.expose()).unwrap();
        prop_assert_eq!(read.app().as_str(), name);
        prop_assert!(ticket.hash().matches_ticket(&read));
    }

    #[test]
    fn any_text_is_judged_without_a_panic(text: String, tail in "pt_[0-9A-Za-z_é]{0,60}") {
        let _ = Ticket::parse(&text);
        let _ = Ticket::parse(&tail);
    }
}
