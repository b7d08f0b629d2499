//! An app's identity provider, whose tokens Parlour did not issue: its keys, and a signer that writes any header and any claims.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use parlour_auth::{CredentialError, ForeignToken, KeySet};
use parlour_domain::verification::{ClaimName, Mapping, Party, Person, SharedSecret};

use crate::forge::{NOW, at, base64, hs256, message};

pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const ISSUER: &str = "https://id.example.com/";
pub(crate) const KEYS: &str = include_str!("provider/keys.json");
const RSA: &[u8] = include_bytes!("provider/rsa.pkcs1.der");
const EC: &[u8] = include_bytes!("provider/ec.pkcs8.der");
/// What stands before the modulus, and before the point, in the DER of a public key (RFC 5280).
const RSA_HEAD: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA";
const EC_HEAD: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";
/// What stands behind the modulus: the exponent 65,537.
const RSA_TAIL: &[u8] = &[2, 3, 1, 0, 1];

pub(crate) fn party(text: &str) -> Party {
    Party::parse(text).unwrap()
}

pub(crate) fn secret(text: &str) -> SharedSecret {
    SharedSecret::parse(text).unwrap()
}

pub(crate) fn mapping(id: &str) -> Mapping {
    Mapping {
        preferred_id: None,
        id: ClaimName::parse(id).unwrap(),
        name: ClaimName::parse("name").unwrap(),
        avatar_url: ClaimName::parse("picture").unwrap(),
        create: true,
    }
}

pub(crate) fn header(algorithm: &str, kid: &str) -> String {
    format!(r#"{{"alg":"{algorithm}","typ":"JWT","kid":"{kid}"}}"#)
}

pub(crate) fn claims_with(members: &str) -> String {
    format!(r#"{{"iss":"{ISSUER}","aud":["chat","other"],"sub":"ada","name":"Ada",{members}}}"#)
}

pub(crate) fn claims() -> String {
    claims_with(&format!(r#""iat":{NOW},"exp":{}"#, NOW + 3600))
}

pub(crate) fn by_secret(header: &str, claims: &str, key: &[u8]) -> String {
    let message = message(header, claims);
    format!("{message}.{}", base64(hs256(key, &message)))
}

pub(crate) fn by_key(header: &str, claims: &str, algorithm: Algorithm) -> String {
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

pub(crate) fn shared(token: &str) -> Result<Person, CredentialError> {
    let proven = ForeignToken::parse(token)?.prove_by_secret(&[secret(SECRET)])?;
    proven
        .person((Some(&party(ISSUER)), Some(&party("chat"))), &mapping("sub"), at(NOW))
        .map(|(person, _)| person)
}

/// The public keys of the set as PEM files, which everybody can make of them: RSA and P-256.
pub(crate) fn public_keys() -> [String; 2] {
    let set: serde_json::Value = serde_json::from_str(KEYS).unwrap();
    let part = |place: usize, name: &str| {
        let text = set["keys"][place][name].as_str().unwrap();
        URL_SAFE_NO_PAD.decode(text).unwrap()
    };
    let head = |text| STANDARD.decode(text).unwrap();
    let rsa = [head(RSA_HEAD), part(0, "n"), RSA_TAIL.to_vec()].concat();
    let ec = [head(EC_HEAD), part(1, "x"), part(1, "y")].concat();
    [rsa, ec].map(|der| {
        let text = STANDARD.encode(der).into_bytes();
        let lines: Vec<&str> = text.chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
        format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            lines.join("\n")
        )
    })
}

pub(crate) fn keys() -> KeySet {
    KeySet::parse(KEYS.as_bytes()).unwrap()
}

pub(crate) fn public(token: &str) -> Result<Person, CredentialError> {
    let proven = ForeignToken::parse(token)?.prove_by_key(&keys())?;
    proven
        .person((Some(&party(ISSUER)), None), &mapping("sub"), at(NOW))
        .map(|(person, _)| person)
}
