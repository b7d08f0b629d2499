//! Attacks on the signature and the outer form of a user token.

use parlour_auth::{ApiToken, CredentialError};

use crate::forge::{APP, HEADER, NOW, SECRET, app_key, at, base64, claims, hs256, hs384, hs512, keys, message};
use crate::forge::{moment, signed, user};

fn refusal(token: &str) -> CredentialError {
    keys().verify(token, at(NOW)).unwrap_err()
}

#[test]
fn the_same_key_with_a_longer_hash_is_refused_whatever_the_header_says() {
    let key = app_key(&SECRET, APP);
    for (alg, sign) in [("HS384", hs384 as fn(&[u8], &str) -> Vec<u8>), ("HS512", hs512)] {
        let honest = message(&HEADER.replacen("HS256", alg, 1), &claims());
        assert_eq!(
            refusal(&format!("{honest}.{}", base64(sign(&key, &honest)))),
            CredentialError::WrongAlgorithm
        );
        let lying = message(HEADER, &claims());
        let signature = sign(&key, &lying);
        assert_eq!(
            refusal(&format!("{lying}.{}", base64(&signature))),
            CredentialError::BadSignature
        );
        assert_eq!(
            refusal(&format!("{lying}.{}", base64(&signature[..32]))),
            CredentialError::BadSignature
        );
    }
}

#[test]
fn another_key_is_a_bad_signature() {
    let message = message(HEADER, &claims());
    // The secret itself, the key of another app, no key, and a public key's text, which an attacker knows.
    let wrong: [&[u8]; 4] = [&SECRET, &app_key(&SECRET, "appb"), b"", b"-----BEGIN PUBLIC KEY-----"];
    for key in wrong {
        let token = format!("{message}.{}", base64(hs256(key, &message)));
        assert_eq!(refusal(&token), CredentialError::BadSignature);
    }
}

#[test]
fn a_broken_signature_is_refused() {
    let message = message(HEADER, &claims());
    let good = hs256(&app_key(&SECRET, APP), &message);
    let text = base64(&good);
    let mut longer = good.clone();
    longer.push(0);
    let broken = [
        String::new(),
        base64(&good[..31]),
        base64(&good[..16]),
        base64(&good[..1]),
        base64(longer),
        base64([0; 32]),
        text[..42].to_owned(),
        format!("{text}="),
        format!("{text}A"),
        format!("{text}\n"),
        format!("{text}garbage"),
        format!(" {text}"),
        text.replace(['-', '_'], "+"),
    ];
    for signature in broken.into_iter().filter(|signature| *signature != text) {
        assert_eq!(
            refusal(&format!("{message}.{signature}")),
            CredentialError::BadSignature,
            "{signature:?}"
        );
    }
}

#[test]
fn a_signature_has_one_spelling() {
    // The last of its 43 characters holds 4 bits of it; the other 2 must be zero.
    let token = signed(HEADER, &claims());
    let (head, last) = token.split_at(token.len() - 1);
    let accepted = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain(['-', '_'])
        .filter(|character| {
            let token = format!("{head}{character}");
            keys().verify(&token, at(NOW)).is_ok()
        });
    assert_eq!(accepted.collect::<String>(), last);
}

#[test]
fn a_token_is_three_parts() {
    let token = signed(HEADER, &claims());
    let (head, signature) = token.rsplit_once('.').unwrap();
    let (header, body) = head.split_once('.').unwrap();
    let cases = [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        head.to_owned(),
        format!(".{token}"),
        format!("{token}."),
        format!("{token}.{signature}"),
        format!("{head}..{signature}"),
        format!("{header}..{body}.{signature}"),
        format!("{header}={}.{signature}", &head[header.len()..]),
        format!(".{body}.{signature}"),
        format!("{header}..{signature}"),
        format!("Bearer {token}"),
        format!("{token} "),
        format!("{token}\0"),
        format!("{token},{token}"),
        format!("{token}{}", "A".repeat(4096)),
    ];
    for case in cases {
        let refused = refusal(&case);
        let expected = [CredentialError::Malformed, CredentialError::BadSignature];
        assert!(expected.contains(&refused), "{refused:?} for {case:?}");
    }
}

#[test]
fn a_long_token_is_refused_unread() {
    let filler = format!(r#"{{"x":"{}","#, "x".repeat(4096));
    let long = signed(HEADER, &claims().replacen('{', &filler, 1));
    assert_eq!(refusal(&long), CredentialError::Malformed);
    let short = filler.replacen(&"x".repeat(4096), "x", 1);
    assert!(
        keys()
            .verify(&signed(HEADER, &claims().replacen('{', &short, 1)), at(NOW))
            .is_ok()
    );
}

#[test]
fn an_api_token_is_no_signing_key_and_no_part_of_a_token() {
    let api = ApiToken::generate(&mut moment([9; 32]));
    let message = message(HEADER, &claims());
    let token = format!("{message}.{}", base64(hs256(api.expose().as_bytes(), &message)));
    assert_eq!(refusal(&token), CredentialError::BadSignature);
    assert_eq!(
        refusal(&format!("{}.{}", api.expose(), user())),
        CredentialError::Malformed
    );
}
