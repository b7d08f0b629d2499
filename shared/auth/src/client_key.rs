//! The `clientKey` header: a backend, or a backend acting as one of its users.
//!
//! It is read in exactly one way. A value that names a user, well or badly, is never read as the backend itself: an error in
//! the user's part must not end in the backend's power.

use parlour_domain::UserId;

use crate::api_token::ApiToken;
use crate::error::CredentialError;

/// The longest header that is looked at, in bytes.
pub const CLIENT_KEY_BYTES: usize = 256;

/// Who calls, as far as the header says it.
///
/// The token has still to be found in the store, and the user in the token's app.
#[derive(Debug, Clone)]
pub enum ClientKey {
    /// `clientKey: <api_token>`
    Backend(ApiToken),
    /// `clientKey: <api_token>.<user_id>`
    AsUser(ApiToken, UserId),
}

impl ClientKey {
    /// Reads the value of the header: exactly a token, or a token, a dot and a user's id. Nothing is trimmed or decoded.
    ///
    /// # Errors
    /// [`CredentialError::Malformed`], also above [`CLIENT_KEY_BYTES`], or [`CredentialError::BadChecksum`].
    pub fn parse(header: &str) -> Result<Self, CredentialError> {
        if header.len() > CLIENT_KEY_BYTES {
            return Err(CredentialError::Malformed);
        }
        // A token has no dot, so that the first one, if any, ends it.
        match header.split_once('.') {
            None => Ok(Self::Backend(ApiToken::parse(header)?)),
            Some((token, user)) => {
                let token = ApiToken::parse(token)?;
                let user = UserId::parse(user).map_err(|_| CredentialError::Malformed)?;
                Ok(Self::AsUser(token, user))
            }
        }
    }

    /// The token, which decides the app.
    #[must_use]
    pub fn token(&self) -> &ApiToken {
        match self {
            Self::Backend(token) | Self::AsUser(token, _) => token,
        }
    }

    /// The user that the backend acts as.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Backend(_) => None,
            Self::AsUser(_, user) => Some(*user),
        }
    }
}
