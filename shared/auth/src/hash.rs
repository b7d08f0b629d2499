//! What a store keeps instead of an API token or a ticket: the SHA-256 of its whole text.
//!
//! A plain hash is enough, without salt or stretching, because the texts hold at least 160 random bits: there is no
//! dictionary to try.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::api_token::ApiToken;
use crate::error::CredentialError;
use crate::ticket::Ticket;

/// The SHA-256 of a credential; serialised as 43 characters of base64url without padding. Comparing takes constant time.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    pub(crate) fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// The hash under which an answer about somebody else's token is remembered, with `settings`, so that an answer by other
    /// settings is another one.
    #[must_use]
    pub fn of_foreign(settings: &str, token: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update((settings.len() as u64).to_be_bytes());
        hash.update(settings);
        hash.update(token);
        Self(hash.finalize().into())
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    ///
    /// # Errors
    /// [`CredentialError::Malformed`] unless it is 32 bytes in canonical base64url.
    pub fn parse(text: &str) -> Result<Self, CredentialError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CredentialError::Malformed)?;
        bytes.try_into().map(Self).map_err(|_| CredentialError::Malformed)
    }

    /// 43 characters of base64url.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Whether this is the hash of `token`, in constant time.
    #[must_use]
    pub fn matches(&self, token: &ApiToken) -> bool {
        *self == token.hash()
    }

    /// Whether this is the hash of `ticket`, in constant time.
    #[must_use]
    pub fn matches_ticket(&self, ticket: &Ticket) -> bool {
        *self == ticket.hash()
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenHash {}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

impl TryFrom<String> for TokenHash {
    type Error = CredentialError;
    fn try_from(text: String) -> Result<Self, CredentialError> {
        Self::parse(&text)
    }
}

impl From<TokenHash> for String {
    fn from(hash: TokenHash) -> Self {
        hash.to_text()
    }
}
