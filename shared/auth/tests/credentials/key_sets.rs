//! Key sets of identity providers: which of their keys prove anything.

use jsonwebtoken::Algorithm;
use parlour_auth::{CredentialError, ForeignToken, KeySet};

use crate::provider::{KEYS, by_key, claims};

#[test]
fn keys_that_are_weak_symmetric_or_for_something_else_prove_nothing() {
    let good: serde_json::Value = serde_json::from_str(KEYS).unwrap();
    let [rsa, ec] = [0, 1].map(|at| good["keys"][at].clone());
    let set =
        |key: &serde_json::Value| KeySet::parse(serde_json::json!({ "keys": [key] }).to_string().as_bytes()).unwrap();
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
    let many = serde_json::json!({ "keys": vec![rsa; 33] }).to_string();
    assert_eq!(KeySet::parse(many.as_bytes()).unwrap_err(), CredentialError::Malformed);
}
