//! How an app's own tokens, which Parlour did not issue, are trusted, and whom they mean.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::text::{AvatarUrl, DisplayName};
use crate::user::User;
use crate::{ExternalId, Moment, Timestamp, UserId};

/// Why a setting was refused. Never repeats the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerificationError {
    /// A shared secret is too short, too long, or no secret.
    #[error(
        "must be {} to {} bytes of which at least {DISTINCT} differ",
        limits::SHARED_SECRET_MIN_BYTES,
        limits::SHARED_SECRET_MAX_BYTES
    )]
    Secret,
    /// An issuer or an audience.
    #[error("must be 1 to {} characters without control characters", limits::ISSUER_BYTES)]
    Party,
    /// The name of a claim.
    #[error("must be 1 to {} printable ASCII characters", limits::CLAIM_NAME_BYTES)]
    Claim,
}

/// A secret of fewer different bytes is a placeholder.
const DISTINCT: usize = 8;

/// The secret with which an integrator signs its own tokens (HS256).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SharedSecret(String);

impl SharedSecret {
    /// Checks a secret.
    ///
    /// # Errors
    /// [`VerificationError::Secret`].
    pub fn parse(text: &str) -> Result<Self, VerificationError> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes.dedup();
        let length = limits::SHARED_SECRET_MIN_BYTES..=limits::SHARED_SECRET_MAX_BYTES;
        if length.contains(&text.len()) && bytes.len() >= DISTINCT {
            Ok(Self(text.to_owned()))
        } else {
            Err(VerificationError::Secret)
        }
    }

    /// The bytes, for the one thing that they are for.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(..)")
    }
}

/// Who issues tokens (`iss`), or whom they are for (`aud`): compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Party(String);

impl Party {
    /// Checks the text.
    ///
    /// # Errors
    /// [`VerificationError::Party`].
    pub fn parse(text: &str) -> Result<Self, VerificationError> {
        let good = (1..=limits::ISSUER_BYTES).contains(&text.len()) && !text.chars().any(char::is_control);
        good.then(|| Self(text.to_owned())).ok_or(VerificationError::Party)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClaimName(String);

impl ClaimName {
    /// Checks the name.
    ///
    /// # Errors
    /// [`VerificationError::Claim`].
    pub fn parse(text: &str) -> Result<Self, VerificationError> {
        let good =
            (1..=limits::CLAIM_NAME_BYTES).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        good.then(|| Self(text.to_owned())).ok_or(VerificationError::Claim)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a token is proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Method {
    /// A JWT that the integrator signs with a secret that both know.
    Hs256 {
        /// Its `iss`; none: it has none, or it is not looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issuer: Option<Party>,
        /// What its `aud` must hold, if that is looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audience: Option<Party>,
        /// One secret, or two while the integrator changes it.
        secrets: Vec<SharedSecret>,
    },
    /// A JWT that an identity provider signs with a key of a public set, RS256 or ES256.
    Jwks {
        /// Its `iss`; none: it has none, or it is not looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        issuer: Option<Party>,
        /// What its `aud` must hold, if that is looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audience: Option<Party>,
        /// Where the set is.
        url: String,
    },
    /// A token that says nothing by itself: this URL is asked.
    Url {
        /// Where to ask.
        url: String,
    },
}

/// What of a token's claims makes a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// A claim that is the external id in place of `id`, in the tokens that have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_id: Option<ClaimName>,
    /// The claim that is the external id.
    pub id: ClaimName,
    /// The claim that is the name of a new user.
    pub name: ClaimName,
    /// The claim that is the picture of a new user.
    pub avatar_url: ClaimName,
    /// Whether a user who is not known yet is made at first sight.
    pub create: bool,
}

/// How an app's own tokens are trusted, and whom they mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// How they are proven.
    pub method: Method,
    /// Whom they mean.
    pub user: Mapping,
    /// What their claims must say beside that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<RequiredClaim>,
}

/// A claim that a token must have, with exactly this text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiredClaim {
    /// Which.
    pub name: ClaimName,
    /// What it says.
    pub value: String,
}

/// Whom a proven token means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id in the integrator's system.
    pub external_id: ExternalId,
    /// The name of a new user, if the token has one that can be a name.
    pub name: Option<DisplayName>,
    /// The picture of a new user, if the token has one that can be a picture.
    pub avatar_url: Option<AvatarUrl>,
    /// What else the token says of its holder.
    pub granted: Granted,
}

/// What a token says of its holder beside who it is. It counts only where the protocol of another service asks for it: nothing
/// native is allowed or refused by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Granted {
    /// The names or numbers in its claim `permissions`; at most [`limits::PERMISSIONS`] of [`limits::PERMISSION_BYTES`], the others
    /// are left out.
    pub permissions: Vec<String>,
    /// Its claim `passwordExpiryTime`, if it has one.
    pub password_expires: Option<Timestamp>,
}

/// What a user is called whose token has no name.
const NAMELESS: &str = "User";

impl Person {
    /// The user that is made at first sight. `None` only if the name of those who have none were no name.
    #[must_use]
    pub fn into_user(self, moment: &mut Moment) -> Option<User> {
        let name = self.name.or_else(|| DisplayName::parse(NAMELESS).ok())?;
        Some(User {
            id: UserId::generate(moment),
            external_id: Some(self.external_id),
            name,
            avatar_url: self.avatar_url,
            custom: None,
            suspension: None,
            number: None,
            created_at: moment.now,
            updated_at: moment.now,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_various_and_never_shown() {
        let good = "0123456789abcdef0123456789abcdef";
        assert!(!format!("{:?}", SharedSecret::parse(good).unwrap()).contains("0123"));
        for bad in [&good[1..], "", &"a".repeat(32), &"changeme".repeat(4), &good.repeat(5)] {
            assert_eq!(SharedSecret::parse(bad), Err(VerificationError::Secret), "{bad}");
        }
    }

    #[test]
    fn parties_and_claims_have_bounds() {
        assert!(Party::parse("https://id.example.com/").is_ok());
        assert!(Party::parse("").is_err() && Party::parse("a\nb").is_err());
        assert!(Party::parse(&"a".repeat(limits::ISSUER_BYTES + 1)).is_err());
        assert!(ClaimName::parse("https://example.com/user_id").is_ok());
        assert!(ClaimName::parse("").is_err() && ClaimName::parse("a b").is_err());
    }
}
