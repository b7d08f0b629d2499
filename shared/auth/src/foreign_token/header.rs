//! The header of a JWT that Parlour did not issue.

use jsonwebtoken::Algorithm;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::error::CredentialError;
use crate::user_token::part;

/// The longest id of a key that is looked at, in bytes.
const KEY_BYTES: usize = 256;
/// What a token may call itself; an ID token of most providers, an access token of some (RFC 9068).
const TYPES: [&str; 2] = ["jwt", "at+jwt"];

#[derive(Debug)]
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) key: Option<String>,
}

#[derive(Deserialize)]
struct Read {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<IgnoredAny>,
}

pub(super) fn read(text: &str) -> Result<Header, CredentialError> {
    let json = part::decode(text).ok_or(CredentialError::Malformed)?;
    let read: Read = part::object(&json).ok_or(CredentialError::Malformed)?;
    if read.crit.is_some() {
        return Err(CredentialError::WrongKind);
    }
    let kind = read.typ.as_deref().unwrap_or(TYPES[0]);
    if !TYPES.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
        return Err(CredentialError::WrongKind);
    }
    let algorithm = match read.alg.as_str() {
        "HS256" => Algorithm::HS256,
        "RS256" => Algorithm::RS256,
        "ES256" => Algorithm::ES256,
        _ => return Err(CredentialError::WrongAlgorithm),
    };
    let printable = |key: &String| key.len() <= KEY_BYTES && key.bytes().all(|byte| byte.is_ascii_graphic());
    if read.kid.as_ref().is_some_and(|key| !printable(key)) {
        return Err(CredentialError::UnknownKey);
    }
    Ok(Header {
        algorithm,
        key: read.kid,
    })
}
