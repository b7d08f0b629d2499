//! Signing keys: what start-up refuses, and changing keys while tokens live.

use parlour_auth::{CredentialError, SigningKeys, SigningKeysError};

use crate::forge::{APP, KEY, NOW, SECRET, app, at, keys, moment, user};

fn pair(id: &str, secret: &[u8]) -> (String, Vec<u8>) {
    (id.to_owned(), secret.to_vec())
}

#[test]
fn weak_or_unusable_keys_stop_the_start() {
    let long = "k".repeat(33);
    let cases = [
        (vec![], SigningKeysError::None),
        (vec![pair(KEY, &[])], SigningKeysError::Secret),
        (vec![pair(KEY, &[7; 31])], SigningKeysError::Secret),
        (vec![pair(KEY, &[0; 32])], SigningKeysError::Secret),
        (vec![pair(KEY, &SECRET), pair("k2", b"short")], SigningKeysError::Secret),
        (
            vec![pair(KEY, &SECRET), pair(KEY, &[8; 32])],
            SigningKeysError::Duplicate,
        ),
        (vec![pair("", &SECRET)], SigningKeysError::KeyId),
        (vec![pair("a.b", &SECRET)], SigningKeysError::KeyId),
        (vec![pair("../k", &SECRET)], SigningKeysError::KeyId),
        (vec![pair("é", &SECRET)], SigningKeysError::KeyId),
        (vec![pair(&long, &SECRET)], SigningKeysError::KeyId),
    ];
    for (pairs, expected) in cases {
        assert_eq!(SigningKeys::new(pairs).unwrap_err(), expected);
    }
}

#[test]
fn a_new_key_signs_and_the_old_one_still_verifies_until_it_is_dropped() {
    let old = pair("k1", &SECRET);
    let new = pair("k2", &[8; 32]);
    let before = SigningKeys::new(vec![old.clone()]).unwrap();
    let both = SigningKeys::new(vec![new.clone(), old]).unwrap();
    let after = SigningKeys::new(vec![new]).unwrap();
    let from_old = before.issue(&app(APP), user(), at(NOW), 60).unwrap().token;
    let from_new = both.issue(&app(APP), user(), at(NOW), 60).unwrap().token;
    assert!(both.verify(&from_old, at(NOW)).is_ok());
    assert!(both.verify(&from_new, at(NOW)).is_ok());
    assert!(after.verify(&from_new, at(NOW)).is_ok());
    assert_eq!(
        after.verify(&from_old, at(NOW)).unwrap_err(),
        CredentialError::UnknownKey
    );
    assert_eq!(
        before.verify(&from_new, at(NOW)).unwrap_err(),
        CredentialError::UnknownKey
    );
}

#[test]
fn the_same_key_id_with_another_secret_is_another_key() {
    let other = SigningKeys::new(vec![pair(KEY, &[8; 32])]).unwrap();
    let token = other.issue(&app(APP), user(), at(NOW), 60).unwrap().token;
    assert_eq!(
        keys().verify(&token, at(NOW)).unwrap_err(),
        CredentialError::BadSignature
    );
}

#[test]
fn debug_shows_ids_only() {
    assert_eq!(format!("{:?}", keys()), r#"SigningKeys["k1"]"#);
}

#[test]
fn a_generated_secret_is_fresh_and_good_enough() {
    let mut moment = moment([6; 32]);
    let (one, two) = (
        SigningKeys::generate_secret(&mut moment),
        SigningKeys::generate_secret(&mut moment),
    );
    assert_ne!(one, two);
    assert!(SigningKeys::new(vec![pair("k1", &one), pair("k2", &two)]).is_ok());
}
