//! The header of a user token. It is read before the signature is checked, so that it can do one thing only: name a key
//! that we hold. An algorithm, key or address that it brings along is refused, not followed.

use parlour_domain::AppId;
use serde::{Deserialize, Serialize};

use super::keys::is_key_id;
use super::part;
use crate::error::CredentialError;

const ALG: &str = "HS256";
/// Explicit typing (RFC 8725 §3.11): no JWT that is signed for another purpose is a user token.
const TYP: &str = "parlour-user+jwt";

#[derive(Serialize)]
pub(super) struct Header {
    alg: &'static str,
    typ: &'static str,
    kid: String,
}

impl Header {
    pub(super) fn new(key_id: &str, app: &AppId) -> Self {
        Self {
            alg: ALG,
            typ: TYP,
            kid: format!("{key_id}.{app}"),
        }
    }
}

/// Texts are borrowed: one with an escape in it, which ours never have, does not parse.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read<'a> {
    alg: &'a str,
    typ: &'a str,
    kid: &'a str,
}

/// The key id and the app that the header names.
pub(super) fn read(text: &str) -> Result<(String, AppId), CredentialError> {
    let json = part::decode(text).ok_or(CredentialError::Malformed)?;
    let header: Read<'_> = part::object(&json).ok_or(CredentialError::Malformed)?;
    if header.typ != TYP {
        return Err(CredentialError::WrongKind);
    }
    if header.alg != ALG {
        return Err(CredentialError::WrongAlgorithm);
    }
    let (key_id, app) = header.kid.split_once('.').ok_or(CredentialError::UnknownKey)?;
    let app = AppId::parse(app).map_err(|_| CredentialError::UnknownKey)?;
    if !is_key_id(key_id) {
        return Err(CredentialError::UnknownKey);
    }
    Ok((key_id.to_owned(), app))
}
