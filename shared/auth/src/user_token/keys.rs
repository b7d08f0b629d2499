//! The signing keys of user tokens: which there are, which signs, and the key that each gives an app.

use std::fmt;

use hmac::{Hmac, Mac};
use parlour_domain::{AppId, Moment};
use sha2::Sha256;

/// The shortest secret, in bytes: the width of the hash.
const SECRET_BYTES: usize = 32;
const KEY_ID_CHARS: usize = 32;
/// Says what the derived key is for, so that no other use of the secret ever gives the same key. The NUL ends it.
const PURPOSE: &[u8] = b"parlour user token\0";

/// Why signing keys were refused, at start-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeysError {
    /// There is none.
    #[error("at least one signing key is needed")]
    None,
    /// A key id is not 1 to 32 letters, digits, `_` or `-`.
    #[error("the id of a signing key is 1 to 32 letters, digits, '_' or '-'")]
    KeyId,
    /// Two keys have the same id.
    #[error("two signing keys have the same id")]
    Duplicate,
    /// A secret is shorter than 32 bytes, or all zero.
    #[error("the secret of a signing key is 32 random bytes or more")]
    Secret,
}

/// The keys of user tokens. The first signs; all of them verify, so that keys are changed without signing anyone out: add
/// the new key behind the old one everywhere, then put it first, and drop the old one when its last token has expired.
#[derive(Clone)]
pub struct SigningKeys {
    first: SigningKey,
    rest: Vec<SigningKey>,
}

impl SigningKeys {
    /// From (key id, secret) pairs, the signing one first.
    ///
    /// # Errors
    /// If there is none, an id is malformed or twice there, or a secret is shorter than 32 bytes or all zero.
    pub fn new(keys: Vec<(String, Vec<u8>)>) -> Result<Self, SigningKeysError> {
        let keys = keys.into_iter().map(SigningKey::new).collect::<Result<Vec<_>, _>>()?;
        let twice = |(at, key): (usize, &SigningKey)| keys[..at].iter().any(|before| before.id == key.id);
        if keys.iter().enumerate().any(twice) {
            return Err(SigningKeysError::Duplicate);
        }
        let mut keys = keys.into_iter();
        let first = keys.next().ok_or(SigningKeysError::None)?;
        Ok(Self {
            first,
            rest: keys.collect(),
        })
    }

    /// The secret of a new signing key: 256 random bits.
    #[must_use]
    pub fn generate_secret(moment: &mut Moment) -> [u8; 32] {
        moment.entropy.bytes()
    }

    pub(crate) fn first(&self) -> &SigningKey {
        &self.first
    }

    pub(crate) fn find(&self, id: &str) -> Option<&SigningKey> {
        self.all().find(|key| key.id == id)
    }

    fn all(&self) -> impl Iterator<Item = &SigningKey> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKeys")?;
        f.debug_list().entries(self.all().map(|key| &key.id)).finish()
    }
}

#[derive(Clone)]
pub(crate) struct SigningKey {
    id: String,
    secret: Vec<u8>,
}

impl SigningKey {
    fn new((id, secret): (String, Vec<u8>)) -> Result<Self, SigningKeysError> {
        if !is_key_id(&id) {
            return Err(SigningKeysError::KeyId);
        }
        // All zero is what an unset secret looks like.
        if secret.len() < SECRET_BYTES || secret.iter().all(|byte| *byte == 0) {
            return Err(SigningKeysError::Secret);
        }
        Ok(Self { id, secret })
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The HMAC key of `app`: HMAC-SHA256(secret, purpose + app).
    pub(super) fn for_app(&self, app: &AppId) -> [u8; 32] {
        self.derived(PURPOSE, app)
    }

    /// The HMAC key of `app` for something else; `purpose` ends with a NUL.
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    pub(crate) fn derived(&self, purpose: &[u8], app: &AppId) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("any length");
        mac.update(purpose);
        mac.update(app.as_str().as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// No dot, which in a `kid` stands between key id and app.
pub(super) fn is_key_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=KEY_ID_CHARS).contains(&text.len()) && text.bytes().all(allowed)
}
