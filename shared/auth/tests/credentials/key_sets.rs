//! Key sets of identity providers: which of their keys prove anything.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use parlour_auth::{CredentialError, ForeignToken, KeySet};
use serde_json::{Value, json};

use crate::forge::base64;
use crate::provider::{KEYS, by_key, claims};

/// The provider's RSA key, with one field changed.
fn rsa_with(field: &str, value: Value) -> KeySet {
    let good: Value = serde_json::from_str(KEYS).unwrap();
    let mut key = good["keys"][0].clone();
    key[field] = value;
    KeySet::parse(json!({ "keys": [key] }).to_string().as_bytes()).unwrap()
}

#[test]
fn zeros_before_a_number_make_no_key_longer() {
    let token = by_key(r#"{"alg":"RS256","kid":"rsa"}"#, &claims(), Algorithm::RS256);
    let token = ForeignToken::parse(&token).unwrap();
    let good: Value = serde_json::from_str(KEYS).unwrap();
    let modulus = URL_SAFE_NO_PAD.decode(good["keys"][0]["n"].as_str().unwrap()).unwrap();
    // As some libraries write it, for the sake of a sign.
    let padded = rsa_with("n", base64([vec![0_u8], modulus].concat()).into());
    assert!(token.prove_by_key(&padded).is_ok());
    for short in [
        [vec![0_u8; 200], vec![0xff; 56]].concat(),
        [vec![0], vec![0xff; 255]].concat(),
        [vec![0x7f], vec![0xff; 255]].concat(),
        vec![0xff; 513],
        vec![0; 256],
        Vec::new(),
    ] {
        let refused = token.prove_by_key(&rsa_with("n", base64(&short).into()));
        assert_eq!(refused.unwrap_err(), CredentialError::UnknownKey, "{short:?}");
    }
    assert!(
        token
            .prove_by_key(&rsa_with("e", base64([0_u8, 1, 0, 1]).into()))
            .is_ok()
    );
    for exponent in [&[0_u8; 0][..], &[0, 0, 0, 1], &[1, 0, 0, 0, 1]] {
        let refused = token.prove_by_key(&rsa_with("e", base64(exponent).into()));
        assert_eq!(refused.unwrap_err(), CredentialError::UnknownKey, "{exponent:?}");
    }
}

#[test]
fn a_key_that_is_not_for_verifying_proves_nothing() {
    let token = by_key(r#"{"alg":"RS256","kid":"rsa"}"#, &claims(), Algorithm::RS256);
    let token = ForeignToken::parse(&token).unwrap();
    for operations in [json!(["verify"]), json!(["sign", "verify"]), Value::Null] {
        assert!(token.prove_by_key(&rsa_with("key_ops", operations)).is_ok());
    }
    for operations in [
        json!([]),
        json!(["encrypt"]),
        json!(["wrapKey", "unwrapKey"]),
        json!("verify"),
    ] {
        let refused = token.prove_by_key(&rsa_with("key_ops", operations));
        assert_eq!(refused.unwrap_err(), CredentialError::UnknownKey);
    }
}

#[test]
fn keys_that_are_weak_symmetric_or_for_something_else_prove_nothing() {
    let good: Value = serde_json::from_str(KEYS).unwrap();
    let [rsa, ec] = [0, 1].map(|at| good["keys"][at].clone());
    let set = |key: &Value| KeySet::parse(json!({ "keys": [key] }).to_string().as_bytes()).unwrap();
    let rs256 = by_key(r#"{"alg":"RS256","kid":"rsa"}"#, &claims(), Algorithm::RS256);
    let rs256 = ForeignToken::parse(&rs256).unwrap();
    let es256 = by_key(r#"{"alg":"ES256","kid":"ec"}"#, &claims(), Algorithm::ES256);
    let es256 = ForeignToken::parse(&es256).unwrap();
    assert!(rs256.prove_by_key(&set(&rsa)).is_ok() && es256.prove_by_key(&set(&ec)).is_ok());
    for (field, value) in [
        ("use", "enc"),
        ("alg", "RS512"),
        ("kty", "oct"),
        ("n", "AQAB"),
        ("e", "AQ"),
        ("e", "Ag"),
        ("e", "AQABAQABAQ"),
        ("kid", "other"),
    ] {
        let mut key = rsa.clone();
        key[field] = value.into();
        assert_eq!(
            rs256.prove_by_key(&set(&key)).unwrap_err(),
            CredentialError::UnknownKey,
            "{field} {value}"
        );
    }
    for (field, value) in [("crv", "P-384"), ("x", "AQAB"), ("use", "enc"), ("alg", "ES384")] {
        let mut key = ec.clone();
        key[field] = value.into();
        assert!(es256.prove_by_key(&set(&key)).is_err(), "{field} {value}");
    }
    for bad in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":null}"#] {
        assert_eq!(
            KeySet::parse(bad.as_bytes()).unwrap_err(),
            CredentialError::Malformed,
            "{bad}"
        );
    }
    let many = json!({ "keys": vec![rsa; 33] }).to_string();
    assert_eq!(KeySet::parse(many.as_bytes()).unwrap_err(), CredentialError::Malformed);
}
