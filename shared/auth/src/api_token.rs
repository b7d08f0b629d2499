//! API tokens: the credential of an integrator's backend.
//!
//! `plr_` + 12 characters of id + 32 characters of secret (190 random bits) + 6 characters of CRC-32, all base62. The prefix
//! lets secret scanners find a leaked token; the checksum refuses mistyped ones before any store is asked; the id finds the
//! row, of which the hash is then compared. The text is shown once, when it is made.

use std::fmt;

use parlour_domain::Moment;
use serde::{Deserialize, Serialize};

use crate::base62;
use crate::error::CredentialError;
use crate::hash::TokenHash;

const PREFIX: &str = "plr_";
const ID_CHARS: usize = 12;
const SECRET_CHARS: usize = 32;
const CHECKSUM_CHARS: usize = 6;
const BODY_CHARS: usize = PREFIX.len() + ID_CHARS + SECRET_CHARS;
const TOKEN_CHARS: usize = BODY_CHARS + CHECKSUM_CHARS;

/// The part of an API token that names it: 12 characters of base62. It is no secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenId(String);

impl TokenId {
    /// Checks the text.
    ///
    /// # Errors
    /// [`CredentialError::Malformed`] unless it is 12 digits and letters.
    pub fn parse(text: &str) -> Result<Self, CredentialError> {
        if text.len() == ID_CHARS && base62::is_base62(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(CredentialError::Malformed)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for TokenId {
    type Error = CredentialError;
    fn try_from(text: String) -> Result<Self, CredentialError> {
        Self::parse(&text)
    }
}

impl From<TokenId> for String {
    fn from(id: TokenId) -> Self {
        id.0
    }
}

/// An API token whose form and checksum are right. Whether it was ever issued is for the store to say.
#[derive(Clone)]
pub struct ApiToken {
    text: String,
    id: TokenId,
}

impl ApiToken {
    /// A new token.
    #[must_use]
    pub fn generate(moment: &mut Moment) -> Self {
        let id = base62::random(&mut moment.entropy, ID_CHARS);
        let secret = base62::random(&mut moment.entropy, SECRET_CHARS);
        let mut text = format!("{PREFIX}{id}{secret}");
        text.extend(checksum(&text).map(char::from));
        Self { text, id: TokenId(id) }
    }

    /// Checks the form and the checksum; needs no store.
    ///
    /// # Errors
    /// [`CredentialError::Malformed`] or [`CredentialError::BadChecksum`].
    pub fn parse(text: &str) -> Result<Self, CredentialError> {
        let random = text.strip_prefix(PREFIX).ok_or(CredentialError::Malformed)?;
        if text.len() != TOKEN_CHARS || !base62::is_base62(random) {
            return Err(CredentialError::Malformed);
        }
        let (body, sum) = text.split_at(BODY_CHARS);
        if sum.as_bytes() != checksum(body) {
            return Err(CredentialError::BadChecksum);
        }
        Ok(Self {
            id: TokenId::parse(&random[..ID_CHARS])?,
            text: text.to_owned(),
        })
    }

    /// The whole text: for the one reply that hands it out, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The part that names it.
    #[must_use]
    pub fn id(&self) -> &TokenId {
        &self.id
    }

    /// What the store keeps of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.text)
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiToken({PREFIX}{}..)", self.id)
    }
}

fn checksum(body: &str) -> [u8; CHECKSUM_CHARS] {
    base62::six(crc32fast::hash(body.as_bytes()))
}
