//! API tokens: form, checksum, hash, and that the secret is nowhere but in `expose`.

use parlour_auth::{ApiToken, CredentialError, TokenHash, TokenId};
use proptest::prelude::*;

use crate::forge::moment;

fn token() -> ApiToken {
    ApiToken::generate(&mut moment([1; 32]))
}

#[test]
fn the_text_has_a_prefix_an_id_a_secret_and_a_checksum() {
    let token = token();
    let text = token.expose();
    assert_eq!(text.len(), 54);
    assert!(text.starts_with("plr_"));
    assert!(text[4..].bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!(&text[4..16], token.id().as_str());
}

#[test]
fn the_checksum_is_crc_32_of_what_precedes_it() {
    // CRC-32 of the 48 characters is 0xaa2906f, in base62 "0C4ekB": computed by another implementation.
    let text = "plr_0123456789abABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0C4ekB";
    assert_eq!(ApiToken::parse(text).unwrap().id().as_str(), "0123456789ab");
}

#[test]
fn two_tokens_of_one_invocation_share_nothing() {
    let mut moment = moment([1; 32]);
    let (one, two) = (ApiToken::generate(&mut moment), ApiToken::generate(&mut moment));
    assert_ne!(one.id(), two.id());
    assert_ne!(one.expose()[16..48], two.expose()[16..48]);
    assert!(!one.hash().matches(&two));
}

#[test]
fn other_texts_are_malformed() {
    let text = token().expose().to_owned();
    let upper = text.replacen("plr_", "PLR_", 1);
    let cases = [
        String::new(),
        "plr_".to_owned(),
        text[..53].to_owned(),
        format!("{text}0"),
        format!(" {text}"),
        format!("{text}\n"),
        text.replacen("plr_", "pt_", 1),
        upper,
        format!("{}.{}", &text[..20], &text[21..]),
        format!("{}é{}", &text[..20], &text[22..]),
        format!("{}\u{ff21}{}", &text[..20], &text[23..]),
        format!("{}\0{}", &text[..20], &text[21..]),
        "plr_".repeat(2000),
    ];
    for case in cases {
        assert_eq!(
            ApiToken::parse(&case).unwrap_err(),
            CredentialError::Malformed,
            "{case:?}"
        );
    }
}

#[test]
fn debug_and_errors_never_show_the_secret() {
    let token = token();
    let shown = format!("{token:?} {:?}", token.hash());
    assert_eq!(shown, format!("ApiToken(plr_{}..) TokenHash(..)", token.id()));
    let wrong = format!("{}x", &token.expose()[..53]);
    let error = ApiToken::parse(&wrong).unwrap_err();
    assert_eq!(error, CredentialError::BadChecksum);
    assert!(!format!("{error} {error:?}").contains(&wrong[16..24]));
}

#[test]
fn a_hash_survives_storage_and_holds_no_usable_token() {
    let token = token();
    let stored = serde_json::to_string(&token.hash()).unwrap();
    assert_eq!(stored.len(), 45);
    assert!(!stored.contains(&token.expose()[16..48]));
    let read: TokenHash = serde_json::from_str(&stored).unwrap();
    assert!(read.matches(&token));
    assert!(TokenHash::parse(&token.hash().to_text()).unwrap().matches(&token));
    for bad in ["", "AAAA", token.expose(), &format!("{}=", token.hash().to_text())] {
        assert_eq!(
            TokenHash::parse(bad).unwrap_err(),
            CredentialError::Malformed,
            "{bad:?}"
        );
    }
}

#[test]
fn the_hash_is_sha_256_of_the_whole_text() {
    let token = ApiToken::parse("plr_0123456789abABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0C4ekB").unwrap();
    assert_eq!(token.hash().to_text(), "6BKLKZMA64ikLLhu0qYhBuNkIQX3P8SJtj3G1KI-FM4");
}

#[test]
fn a_hash_that_differs_in_one_character_does_not_match() {
    let token = token();
    let text = token.hash().to_text();
    // The last of the 43 characters holds 4 bits: 'A' and 'E' are both canonical there, and everywhere else.
    for place in 0..text.len() {
        let mut other = text.clone();
        let to = if text[place..].starts_with('A') { "E" } else { "A" };
        other.replace_range(place..=place, to);
        assert!(!TokenHash::parse(&other).unwrap().matches(&token), "{place}");
    }
}

#[test]
fn an_id_is_12_digits_and_letters() {
    assert_eq!(TokenId::parse("0123456789ab").unwrap().to_string(), "0123456789ab");
    for bad in ["", "0123456789a", "0123456789abc", "0123456789a#", "0123456789é"] {
        assert_eq!(TokenId::parse(bad).unwrap_err(), CredentialError::Malformed, "{bad:?}");
    }
}

proptest! {
    #[test]
    fn what_is_generated_parses(seed: [u8; 32]) {
        let token = ApiToken::generate(&mut moment(seed));
        let read = ApiToken::parse(token.expose()).unwrap();
        prop_assert_eq!(read.expose(), token.expose());
        prop_assert_eq!(read.id(), token.id());
        prop_assert!(token.hash().matches(&read));
    }

    #[test]
    fn any_text_is_judged_without_a_panic(text: String, tail in "plr_[0-9A-Za-z.é]{0,60}") {
        let _ = ApiToken::parse(&text);
        let _ = ApiToken::parse(&tail);
    }

    #[test]
    fn one_changed_character_is_noticed_before_any_store_is_asked(seed: [u8; 32], at in 4_usize..54, to in "[0-9A-Za-z]") {
        let token = ApiToken::generate(&mut moment(seed));
        let mut text = token.expose().to_owned();
        prop_assume!(text[at..=at] != to);
        text.replace_range(at..=at, &to);
        prop_assert_eq!(ApiToken::parse(&text).unwrap_err(), CredentialError::BadChecksum);
    }

    #[test]
    fn several_changed_characters_are_noticed_by_checksum_or_hash(seed: [u8; 32], other in "[0-9A-Za-z]{50}") {
        let token = ApiToken::generate(&mut moment(seed));
        let text = format!("plr_{other}");
        prop_assume!(text != token.expose());
        if let Ok(read) = ApiToken::parse(&text) {
            prop_assert!(!token.hash().matches(&read));
        }
    }
}
