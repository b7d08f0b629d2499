//! Attacks on header and signature of JWTs that Parlour did not issue.

use jsonwebtoken::Algorithm;
use parlour_auth::CredentialError;

use crate::forge::{base64, message};
use crate::provider::{KEYS, by_key, by_secret, claims, header, public, public_keys, shared};

#[test]
fn the_settings_choose_the_algorithm_and_never_the_header() {
    use CredentialError::{BadSignature, Malformed, WrongAlgorithm};
    for algorithm in [
        "none", "None", "nOnE", "NONE", "", "HS384", "HS512", "RS512", "PS256", "ES384", "EdDSA", "hs256",
    ] {
        let unsigned = format!("{}.", message(&header(algorithm, "rsa"), &claims()));
        assert_eq!(shared(&unsigned).unwrap_err(), WrongAlgorithm, "{algorithm}");
        assert_eq!(public(&unsigned).unwrap_err(), WrongAlgorithm, "{algorithm}");
    }
    // Signed with what is public as if it were a secret.
    let [rsa_pem, ec_pem] = public_keys();
    for key in [rsa_pem.as_bytes(), ec_pem.as_bytes(), KEYS.as_bytes(), b""] {
        for kid in ["rsa", "ec"] {
            let token = by_secret(&header("HS256", kid), &claims(), key);
            assert_eq!(public(&token).unwrap_err(), WrongAlgorithm);
            assert_eq!(shared(&token).unwrap_err(), BadSignature);
        }
    }
    let rs256 = by_key(&header("RS256", "rsa"), &claims(), Algorithm::RS256);
    let es256 = by_key(&header("ES256", "ec"), &claims(), Algorithm::ES256);
    assert_eq!(shared(&rs256).unwrap_err(), WrongAlgorithm);
    // The key of the other kind.
    let token = by_key(&header("RS256", "ec"), &claims(), Algorithm::RS256);
    assert_eq!(public(&token).unwrap_err(), WrongAlgorithm);
    let token = by_key(&header("ES256", "rsa"), &claims(), Algorithm::ES256);
    assert_eq!(public(&token).unwrap_err(), WrongAlgorithm);
    for good in [rs256, es256] {
        let (message, signature) = good.rsplit_once('.').unwrap();
        for bad in [
            "",
            "AA",
            &base64([0_u8; 64]),
            &base64([0_u8; 256]),
            &signature[..signature.len() - 4],
        ] {
            assert_eq!(public(&format!("{message}.{bad}")).unwrap_err(), BadSignature, "{bad}");
        }
        for bad in [format!("{good}="), format!("{good}\n"), format!("{good} ")] {
            assert_eq!(public(&bad).unwrap_err(), BadSignature);
        }
        assert!(public(&format!("{good}.{signature}")).is_err());
        assert_eq!(public(message.split_once('.').unwrap().0).unwrap_err(), Malformed);
    }
}

#[test]
fn a_header_brings_no_keys_and_no_demands() {
    let with = |more: &str| format!(r#"{{"alg":"RS256","kid":"rsa",{more}}}"#);
    let url = r#""https://evil.example/keys""#;
    // Not looked at: the app's own key proves the token all the same.
    for more in [
        format!(r#""jku":{url}"#),
        format!(r#""x5u":{url}"#),
        r#""jwk":{"kty":"oct"}"#.to_owned(),
    ] {
        assert!(
            public(&by_key(&with(&more), &claims(), Algorithm::RS256)).is_ok(),
            "{more}"
        );
    }
    for (more, refusal) in [
        (r#""crit":["b64"]"#, CredentialError::WrongKind),
        (r#""crit":[]"#, CredentialError::WrongKind),
        (r#""typ":"parlour-user+jwt""#, CredentialError::WrongKind),
        (r#""typ":"dpop+jwt""#, CredentialError::WrongKind),
        (r#""alg":"RS256""#, CredentialError::Malformed),
        (r#""kid":"rsa""#, CredentialError::Malformed),
    ] {
        let token = by_key(&with(more), &claims(), Algorithm::RS256);
        assert_eq!(public(&token).unwrap_err(), refusal, "{more}");
    }
    for kid in [
        "other",
        "../rsa",
        "rsa'--",
        "rsa ",
        "rsa\\u0000",
        "",
        &"a".repeat(10_000),
    ] {
        let token = by_key(&header("RS256", kid), &claims(), Algorithm::RS256);
        assert!(public(&token).is_err(), "{kid}");
    }
    // Which of two keys it is must be said.
    let token = by_key(r#"{"alg":"RS256"}"#, &claims(), Algorithm::RS256);
    assert_eq!(public(&token).unwrap_err(), CredentialError::UnknownKey);
}
