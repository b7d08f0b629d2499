//! User tokens: the JWTs that end users hold. Parlour both issues and verifies them, so that there is one exact form.
//!
//! Header `{"alg":"HS256","typ":"parlour-user+jwt","kid":"{key id}.{app id}"}` and nothing else; claims `iss`, `aud` (the
//! app), `sub` (the user), `iat`, `exp`. Each app has an HMAC key of its own, derived from the signing key, so that a token
//! of one app cannot be made into a token of another, whatever its text says.

mod claims;
mod header;
mod keys;
pub(crate) mod part;

use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};
use parlour_domain::{AppId, Timestamp, UserId};

use crate::error::CredentialError;
use claims::Claims;
use header::Header;

pub use keys::{SigningKeys, SigningKeysError};

/// How long a user token lives unless its issuer says otherwise, in seconds.
pub const USER_TOKEN_SECONDS: i64 = 3600;
/// The longest life of a user token, in seconds; one that says more is refused whoever signed it.
pub const MAX_USER_TOKEN_SECONDS: i64 = 24 * 3600;
/// The longest token that is looked at, in bytes.
pub const USER_TOKEN_BYTES: usize = 4096;

/// The one algorithm. What the header says is compared with it and never chooses.
const ALGORITHM: Algorithm = Algorithm::HS256;

/// A new user token.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The JWT: a secret.
    pub token: String,
    /// The end of its life, exclusive; whole seconds.
    pub expires_at: Timestamp,
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What a verified user token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserClaims {
    /// The app that the token is of; its key verified it.
    pub app: AppId,
    /// The user. That he still exists is for the store to say.
    pub user: UserId,
    /// When it was issued; whole seconds.
    pub issued_at: Timestamp,
    /// The end of its life, exclusive; whole seconds.
    pub expires_at: Timestamp,
}

/// Why a user token was not issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// The lifetime is not 1 to [`MAX_USER_TOKEN_SECONDS`] seconds.
    #[error("the lifetime of a user token is 1 to {MAX_USER_TOKEN_SECONDS} seconds")]
    Lifetime,
    /// `now` is before 1970 or so late that adding the lifetime overflows.
    #[error("the present time is out of range")]
    Clock,
    /// The signing library refused.
    #[error("the user token could not be signed")]
    Signing,
}

impl SigningKeys {
    /// A token for `user` of `app`, signed by the first key, that lives from `now` for `lifetime_seconds`.
    ///
    /// # Errors
    /// [`IssueError::Lifetime`] outside 1 to [`MAX_USER_TOKEN_SECONDS`]; the others mean a broken rim.
    pub fn issue(
        &self,
        app: &AppId,
        user: UserId,
        now: Timestamp,
        lifetime_seconds: i64,
    ) -> Result<IssuedToken, IssueError> {
        if !(1..=MAX_USER_TOKEN_SECONDS).contains(&lifetime_seconds) {
            return Err(IssueError::Lifetime);
        }
        let claims = Claims::new(app, user, now, lifetime_seconds).ok_or(IssueError::Clock)?;
        let key = self.first();
        let header = Header::new(key.id(), app);
        let (header, body) = part::encode(&header)
            .zip(part::encode(&claims))
            .ok_or(IssueError::Signing)?;
        let message = format!("{header}.{body}");
        let secret = EncodingKey::from_secret(&key.for_app(app));
        let signature = crypto::sign(message.as_bytes(), &secret, ALGORITHM).map_err(|_| IssueError::Signing)?;
        Ok(IssuedToken {
            token: format!("{message}.{signature}"),
            expires_at: claims.expires_at(),
        })
    }

    /// Checks form, key, signature and claims, in this order, at the time `now`: no leeway for the end of its life, 60 s
    /// for a begin in the future.
    ///
    /// # Errors
    /// Any [`CredentialError`] but `BadChecksum`.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<UserClaims, CredentialError> {
        self.verify_in(None, token, now)
    }

    /// [`verify`](Self::verify) where the address called has already chosen the app.
    ///
    /// # Errors
    /// Additionally [`CredentialError::WrongApp`] if the token is another app's.
    pub fn verify_for(&self, app: &AppId, token: &str, now: Timestamp) -> Result<UserClaims, CredentialError> {
        self.verify_in(Some(app), token, now)
    }

    fn verify_in(&self, only: Option<&AppId>, token: &str, now: Timestamp) -> Result<UserClaims, CredentialError> {
        let parts = Parts::split(token)?;
        let (key_id, app) = header::read(parts.header)?;
        if only.is_some_and(|only| *only != app) {
            return Err(CredentialError::WrongApp);
        }
        let key = self.find(&key_id).ok_or(CredentialError::UnknownKey)?;
        let secret = DecodingKey::from_secret(&key.for_app(&app));
        let good = crypto::verify(parts.signature, parts.message.as_bytes(), &secret, ALGORITHM);
        if !good.unwrap_or(false) {
            return Err(CredentialError::BadSignature);
        }
        claims::read(parts.claims, &app, now)
    }
}

/// The parts of a JWT, of which nothing is proven.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) header: &'a str,
    pub(crate) claims: &'a str,
    pub(crate) message: &'a str,
    pub(crate) signature: &'a str,
}

impl<'a> Parts<'a> {
    pub(crate) fn split(token: &'a str) -> Result<Self, CredentialError> {
        if token.len() > USER_TOKEN_BYTES {
            return Err(CredentialError::Malformed);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(CredentialError::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(CredentialError::Malformed)?;
        Ok(Self {
            header,
            claims,
            message,
            signature,
        })
    }
}
