//! JWTs that Parlour did not issue: those of integrators and identity providers are accepted, and every forgery is refused.

use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use parlour_auth::{CredentialError, ForeignToken, KeySet};
use parlour_domain::limits;
use parlour_domain::verification::{ClaimName, Mapping, Party, Person, SharedSecret};

use crate::forge::{NOW, at, base64, claims as own_claims, hs256, message, signed as own};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const ISSUER: &str = "https://id.example.com/";
const KEYS: &str = include_str!("provider/keys.json");
const RSA: &[u8] = include_bytes!("provider/rsa.pkcs1.der");
const EC: &[u8] = include_bytes!("provider/ec.pkcs8.der");

fn party(text: &str) -> Party {
    Party::parse(text).unwrap()
}

fn secret(text: &str) -> SharedSecret {
    SharedSecret::parse(text).unwrap()
}

fn mapping(id: &str) -> Mapping {
    Mapping {
        id: ClaimName::parse(id).unwrap(),
        name: ClaimName::parse("name").unwrap(),
        avatar_url: ClaimName::parse("picture").unwrap(),
        create: true,
    }
}

fn header(algorithm: &str, kid: &str) -> String {
    format!(r#"{{"alg":"{algorithm}","typ":"JWT","kid":"{kid}"}}"#)
}

fn claims_with(members: &str) -> String {
    format!(r#"{{"iss":"{ISSUER}","aud":["chat","other"],"sub":"ada","name":"Ada",{members}}}"#)
}

fn claims() -> String {
    claims_with(&format!(r#""iat":{NOW},"exp":{}"#, NOW + 3600))
}

fn by_secret(header: &str, claims: &str, key: &[u8]) -> String {
    let message = message(header, claims);
    format!("{message}.{}", base64(hs256(key, &message)))
}

fn by_key(header: &str, claims: &str, algorithm: Algorithm) -> String {
    let key = match algorithm {
        Algorithm::RS256 => EncodingKey::from_rsa_der(RSA),
        _ => EncodingKey::from_ec_der(EC),
    };
    let message = message(header, claims);
    format!(
        "{message}.{}",
        crypto::sign(message.as_bytes(), &key, algorithm).unwrap()
    )
}

fn shared(token: &str) -> Result<Person, CredentialError> {
    let proven = ForeignToken::parse(token)?.prove_by_secret(&[secret(SECRET)])?;
    proven
        .person((&party(ISSUER), Some(&party("chat"))), &mapping("sub"), at(NOW))
        .map(|(person, _)| person)
}

fn keys() -> KeySet {
    KeySet::parse(KEYS.as_bytes()).unwrap()
}

fn public(token: &str) -> Result<Person, CredentialError> {
    let proven = ForeignToken::parse(token)?.prove_by_key(&keys())?;
    proven
        .person((&party(ISSUER), None), &mapping("sub"), at(NOW))
        .map(|(person, _)| person)
}

#[test]
fn a_good_token_means_its_person() {
    for person in [
        shared(&by_secret(&header("HS256", "any"), &claims(), SECRET.as_bytes())),
        shared(&by_secret(r#"{"alg":"HS256"}"#, &claims(), SECRET.as_bytes())),
        public(&by_key(&header("RS256", "rsa"), &claims(), Algorithm::RS256)),
        public(&by_key(&header("ES256", "ec"), &claims(), Algorithm::ES256)),
    ] {
        let person = person.unwrap();
        assert_eq!(person.external_id.as_str(), "ada");
        assert_eq!(person.name.unwrap().as_str(), "Ada");
        assert_eq!(person.avatar_url, None);
    }
}

#[test]
fn either_of_two_secrets_proves_while_one_is_changed() {
    let other = "fedcba9876543210fedcba9876543210";
    let token = by_secret(&header("HS256", "any"), &claims(), other.as_bytes());
    let token = ForeignToken::parse(&token).unwrap();
    assert!(token.prove_by_secret(&[secret(SECRET), secret(other)]).is_ok());
    assert_eq!(
        token.prove_by_secret(&[secret(SECRET)]).unwrap_err(),
        CredentialError::BadSignature
    );
}

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
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        base64(RSA)
    );
    for key in [pem.as_bytes(), KEYS.as_bytes(), b"".as_slice()] {
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
    for kid in ["other", "../rsa", "rsa'--", "rsa ", "", &"a".repeat(10_000)] {
        let token = by_key(&header("RS256", kid), &claims(), Algorithm::RS256);
        assert!(public(&token).is_err(), "{kid}");
    }
    // Which of two keys it is must be said.
    let token = by_key(r#"{"alg":"RS256"}"#, &claims(), Algorithm::RS256);
    assert_eq!(public(&token).unwrap_err(), CredentialError::UnknownKey);
}

#[test]
fn tokens_of_ours_are_of_another_kind() {
    let ours = own(
        r#"{"alg":"HS256","typ":"parlour-user+jwt","kid":"k1.appa"}"#,
        &own_claims(),
    );
    assert_eq!(shared(&ours).unwrap_err(), CredentialError::WrongKind);
}

#[test]
fn times_have_their_exact_type_and_issuer_and_audience_are_exact() {
    let with = |members: &str| {
        shared(&by_secret(
            &header("HS256", "a"),
            &claims_with(members),
            SECRET.as_bytes(),
        ))
    };
    let exp = NOW + 3600;
    for bad in [
        "null",
        "true",
        "[]",
        "{}",
        r#""""#,
        r#""9999999999""#,
        "-1",
        "1767326645.0",
        "1e10",
        "1e400",
        "9223372036854775808",
        "253402300800",
    ] {
        for members in [
            format!(r#""exp":{bad}"#),
            format!(r#""exp":{exp},"nbf":{bad}"#),
            format!(r#""exp":{exp},"iat":{bad}"#),
        ] {
            assert_eq!(with(&members).unwrap_err(), CredentialError::BadClaims, "{members}");
        }
    }
    assert_eq!(
        with(r#""a":1"#).unwrap_err(),
        CredentialError::BadClaims,
        "exp is required"
    );
    assert!(matches!(
        with(&format!(r#""exp":{NOW}"#)),
        Err(CredentialError::Expired { .. })
    ));
    for begin in ["nbf", "iat"] {
        let early = format!(r#""exp":{exp},"{begin}":{}"#, NOW + 61);
        assert!(
            matches!(with(&early), Err(CredentialError::NotYetValid { .. })),
            "{begin}"
        );
        assert!(
            with(&format!(r#""exp":{exp},"{begin}":{}"#, NOW + 60)).is_ok(),
            "{begin}"
        );
    }
    let of = |claims: &str| shared(&by_secret(&header("HS256", "a"), claims, SECRET.as_bytes())).map(|_| ());
    for (iss, aud, expected) in [
        (r#""https://id.example.com/""#, r#""chat""#, Ok(())),
        (
            r#""https://id.example.com""#,
            r#""chat""#,
            Err(CredentialError::WrongApp),
        ),
        (
            r#"["https://id.example.com/"]"#,
            r#""chat""#,
            Err(CredentialError::WrongApp),
        ),
        ("null", r#""chat""#, Err(CredentialError::WrongApp)),
        (
            r#""https://id.example.com/""#,
            r#""chats""#,
            Err(CredentialError::WrongApp),
        ),
        (
            r#""https://id.example.com/""#,
            r#"["chat",1]"#,
            Err(CredentialError::WrongApp),
        ),
        (
            r#""https://id.example.com/""#,
            r#"{"chat":1}"#,
            Err(CredentialError::WrongApp),
        ),
        (r#""https://id.example.com/""#, "[]", Err(CredentialError::WrongApp)),
    ] {
        let claims = format!(r#"{{"iss":{iss},"aud":{aud},"sub":"ada","exp":{exp}}}"#);
        assert_eq!(of(&claims), expected, "{claims}");
    }
    for sub in ["null", "1", r#""""#, r#""two words""#, r#"["ada"]"#, r#"{"$gt":""}"#] {
        let claims = format!(r#"{{"iss":"{ISSUER}","aud":"chat","sub":{sub},"exp":{exp}}}"#);
        assert_eq!(of(&claims), Err(CredentialError::BadClaims), "{sub}");
    }
}

#[test]
fn another_claim_can_be_the_user_and_a_bad_name_keeps_nobody_out() {
    let claims = claims_with(&format!(
        r#""exp":{},"uid":"u-7","name":"","picture":"javascript:alert(1)""#,
        NOW + 10 * limits::FOREIGN_TOKEN_SECONDS
    ))
    .replace(r#""name":"Ada","#, "");
    let token = by_secret(&header("HS256", "a"), &claims, SECRET.as_bytes());
    let token = ForeignToken::parse(&token).unwrap();
    assert_eq!(token.unproven_subject().as_deref(), Some("ada"));
    let proven = token.prove_by_secret(&[secret(SECRET)]).unwrap();
    let (person, until) = proven.person((&party(ISSUER), None), &mapping("uid"), at(NOW)).unwrap();
    assert_eq!(
        (person.external_id.as_str(), &person.name, &person.avatar_url),
        ("u-7", &None, &None)
    );
    assert_eq!(
        until,
        at(NOW + limits::FOREIGN_TOKEN_SECONDS),
        "no token holds for ever"
    );
}

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
