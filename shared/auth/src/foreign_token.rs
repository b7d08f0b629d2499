//! JWTs that Parlour did not issue: an integrator's own, or those of its identity provider.
//!
//! The app and its settings are known before such a token is looked at, and they say which algorithm, which keys and which issuer
//! hold. The token's header is compared with them; it only ever chooses among the keys of this one app, by `kid`. Whatever else a
//! header brings along (`jku`, `jwk`, `x5u`, `x5c`) is not looked at, and one that says that more must be understood (`crit`) is
//! refused.

mod claims;
mod header;
mod key_set;

use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use parlour_domain::verification::SharedSecret;

use crate::error::CredentialError;
use crate::user_token::{Parts, part};
use header::Header;

pub use claims::{ProvenClaims, answered};
pub use key_set::{KEY_SET_KEYS, KeySet};

/// A JWT whose form is right. Nothing that it says is proven yet.
#[derive(Debug)]
pub struct ForeignToken<'a> {
    header: Header,
    parts: Parts<'a>,
}

impl<'a> ForeignToken<'a> {
    /// Checks the form.
    ///
    /// # Errors
    /// [`CredentialError::Malformed`]; [`CredentialError::WrongKind`] for a token of another type, ours included;
    /// [`CredentialError::WrongAlgorithm`] for all but HS256, RS256 and ES256.
    pub fn parse(token: &'a str) -> Result<Self, CredentialError> {
        let parts = Parts::split(token)?;
        Ok(Self {
            header: header::read(parts.header)?,
            parts,
        })
    }

    /// What the token claims to be about (`sub`), unproven: good only to look at the store beside the proof.
    #[must_use]
    pub fn unproven_subject(&self) -> Option<String> {
        let claims = claims::object(self.parts.claims).ok()?;
        claims.get("sub")?.as_str().map(str::to_owned)
    }

    /// Proves the token with the secrets that the app shares with the integrator: HS256 and nothing else.
    ///
    /// # Errors
    /// [`CredentialError::WrongAlgorithm`], [`CredentialError::BadSignature`], [`CredentialError::BadClaims`].
    pub fn prove_by_secret(&self, secrets: &[SharedSecret]) -> Result<ProvenClaims, CredentialError> {
        if self.header.algorithm != Algorithm::HS256 {
            return Err(CredentialError::WrongAlgorithm);
        }
        let mut keys = secrets.iter().map(|secret| DecodingKey::from_secret(secret.expose()));
        if keys.any(|key| self.is_signed_by(&key, Algorithm::HS256)) {
            claims::proven(self.parts.claims)
        } else {
            Err(CredentialError::BadSignature)
        }
    }

    /// Proves the token with a key of the set: RS256 with an RSA key, ES256 with one on P-256, and nothing else.
    ///
    /// # Errors
    /// [`CredentialError::WrongAlgorithm`]; [`CredentialError::UnknownKey`] if the set has no such key, which a newer one may
    /// have; [`CredentialError::BadSignature`], [`CredentialError::BadClaims`].
    pub fn prove_by_key(&self, keys: &KeySet) -> Result<ProvenClaims, CredentialError> {
        if self.header.algorithm == Algorithm::HS256 {
            return Err(CredentialError::WrongAlgorithm);
        }
        let found = keys.find(self.header.key.as_deref(), self.header.algorithm)?;
        if self.is_signed_by(found, self.header.algorithm) {
            claims::proven(self.parts.claims)
        } else {
            Err(CredentialError::BadSignature)
        }
    }

    /// A signature that no library could read is a bad one. It has one spelling, as everything in a token of ours.
    fn is_signed_by(&self, key: &DecodingKey, algorithm: Algorithm) -> bool {
        let (signature, message) = (self.parts.signature, self.parts.message.as_bytes());
        part::decode(signature).is_some() && crypto::verify(signature, message, key, algorithm).unwrap_or(false)
    }
}
