//! What calls of webhooks are signed with, by the convention of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use parlour_domain::{Moment, Timestamp};
use sha2::Sha256;

use crate::error::CredentialError;

const PREFIX: &str = "whsec_";
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret: `whsec_` and 24 to 64 bytes in base64.
#[derive(Clone)]
pub struct WebhookSecret {
    text: String,
    bytes: Vec<u8>,
}

impl WebhookSecret {
    /// A new one, of 32 random bytes.
    #[must_use]
    pub fn generate(moment: &mut Moment) -> Self {
        let bytes: [u8; 32] = moment.entropy.bytes();
        Self {
            text: format!("{PREFIX}{}", STANDARD.encode(bytes)),
            bytes: bytes.to_vec(),
        }
    }

    /// Reads what [`WebhookSecret::expose`] gave.
    ///
    /// # Errors
    /// [`CredentialError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, CredentialError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(CredentialError::Malformed)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| CredentialError::Malformed)?;
        if !BYTES.contains(&bytes.len()) {
            return Err(CredentialError::Malformed);
        }
        Ok(Self {
            text: text.to_owned(),
            bytes,
        })
    }

    /// The whole text: for the row, and for the one reply that hands it out.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The signature of a call, as the header `webhook-signature` has it: `v1,` and base64. `id` names the event, `at` is the time
    /// of the call; the header `webhook-timestamp` has it in seconds.
    #[must_use]
    pub fn sign(&self, id: &str, at: Timestamp, body: &[u8]) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.bytes) else {
            return String::new();
        };
        mac.update(id.as_bytes());
        mac.update(format!(".{}.", at.seconds()).as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}
