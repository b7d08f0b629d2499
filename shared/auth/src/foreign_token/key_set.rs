//! The public keys of an identity provider: a JWK Set (RFC 7517).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use crate::error::CredentialError;

/// The most keys of a set that are looked at.
pub const KEY_SET_KEYS: usize = 32;
/// RSA keys of 2,048 to 4,096 bits: shorter ones are not safe, longer ones cost too much.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2_048..=4_096;
/// A public exponent of at most 32 bits: a longer one would make every check slow.
const EXPONENT_BITS: std::ops::RangeInclusive<usize> = 2..=32;
/// A coordinate of P-256.
const COORDINATE_BYTES: usize = 32;

/// The keys of one set that can prove a token. Symmetric ones never do.
#[derive(Clone)]
pub struct KeySet {
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// Reads a set; keys of other kinds, for other purposes or of unsafe lengths are left out.
    ///
    /// # Errors
    /// [`CredentialError::Malformed`] if it is no set, or has more than [`KEY_SET_KEYS`] keys.
    pub fn parse(json: &[u8]) -> Result<Self, CredentialError> {
        let document: Document = serde_json::from_slice(json).map_err(|_| CredentialError::Malformed)?;
        if document.keys.len() > KEY_SET_KEYS {
            return Err(CredentialError::Malformed);
        }
        let read = |value| serde_json::from_value::<Jwk>(value).ok().and_then(|jwk| usable(&jwk));
        Ok(Self {
            keys: document.keys.into_iter().filter_map(read).collect(),
        })
    }

    /// The key of this id for this algorithm. A token that names none is of the only key there is.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<&DecodingKey, CredentialError> {
        let found = match (id, self.keys.as_slice()) {
            (Some(_), keys) => keys.iter().find(|key| key.id.as_deref() == id),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        let found = found.ok_or(CredentialError::UnknownKey)?;
        if found.algorithm == algorithm {
            Ok(&found.key)
        } else {
            Err(CredentialError::WrongAlgorithm)
        }
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySet")?;
        f.debug_list().entries(self.keys.iter().map(|key| &key.id)).finish()
    }
}

fn usable(jwk: &Jwk) -> Option<Key> {
    let (algorithm, name, key) = match jwk.kty.as_str() {
        "RSA" => (Algorithm::RS256, "RS256", rsa(jwk)?),
        "EC" => (Algorithm::ES256, "ES256", p256(jwk)?),
        _ => return None,
    };
    let operations = jwk.key_ops.as_deref();
    let for_signatures = jwk.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
        && operations.is_none_or(|operations| operations.iter().any(|operation| operation == "verify"));
    let for_this = jwk.alg.as_deref().is_none_or(|alg| alg == name);
    (for_signatures && for_this).then(|| Key {
        id: jwk.kid.clone(),
        algorithm,
        key,
    })
}

fn rsa(jwk: &Jwk) -> Option<DecodingKey> {
    let (modulus, exponent) = (number(jwk.n.as_deref()?)?, number(jwk.e.as_deref()?)?);
    let odd = exponent.last().is_some_and(|last| last % 2 == 1);
    (RSA_BITS.contains(&bits(&modulus)) && EXPONENT_BITS.contains(&bits(&exponent)) && odd)
        .then(|| DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

/// A number without the zeros that some libraries put before it (RFC 7518 §6.3.1.1): they must not make a short key look long.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

/// How long a number without zeros before it is.
fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |first| first.leading_zeros() as usize);
    number.len() * 8 - unused
}

fn p256(jwk: &Jwk) -> Option<DecodingKey> {
    let (x, y) = (jwk.x.as_deref()?, jwk.y.as_deref()?);
    let whole = |text: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(text);
        bytes.is_ok_and(|bytes| bytes.len() == COORDINATE_BYTES)
    };
    if jwk.crv.as_deref() != Some("P-256") || !whole(x) || !whole(y) {
        return None;
    }
    DecodingKey::from_ec_components(x, y).ok()
}
