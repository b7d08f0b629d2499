//! The text in which signing keys are stored: `ID:BASE64`, separated by white space, the one that signs first.
//!
//! ```text
//! 2026-02:QnJhbmQgbmV3IHNlY3JldCBvZiAzMiBieXRlcyEhISE=
//! 2026-01:VGhlIG9sZCBvbmUsIHdoaWNoIG9ubHkgdmVyaWZpZXM=
//! ```
//!
//! An id is 1 to 32 letters, digits, `_` or `-`; a secret is 32 random bytes or more (`openssl rand -base64 32`). To change keys
//! without signing anyone out: add the new one behind the old one, then put it first, and an hour later, when the last token of the old one
//! has expired ([`limits::USER_TOKEN_SECONDS`](parlour_domain::limits::USER_TOKEN_SECONDS)), drop that one; each step after all processes
//! have read the one before. `docs/deploy.md` has the commands.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use parlour_auth::{SigningKeys, SigningKeysError};

/// Why a text is no list of signing keys. Says which entry by its place, never what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeysTextError {
    /// An entry is not `ID:BASE64`.
    #[error("signing key {0} is not written as ID:BASE64")]
    Form(usize),
    /// The keys are not good.
    #[error(transparent)]
    Keys(#[from] SigningKeysError),
}

/// Reads the keys.
///
/// # Errors
/// [`SigningKeysTextError`].
pub fn parse(text: &str) -> Result<SigningKeys, SigningKeysTextError> {
    let mut keys = Vec::new();
    for (place, entry) in text.split_whitespace().enumerate() {
        let key = entry
            .split_once(':')
            .and_then(|(id, secret)| Some((id.to_owned(), STANDARD.decode(secret).ok()?)));
        keys.push(key.ok_or(SigningKeysTextError::Form(place + 1))?);
    }
    Ok(SigningKeys::new(keys)?)
}

#[cfg(test)]
mod tests {
    use parlour_domain::{AppId, Entropy, Moment, Timestamp, UserId};

    use super::*;

    const NEW: &str = "2026-02:QnJhbmQgbmV3IHNlY3JldCBvZiAzMiBieXRlcyEhISE=";
    const OLD: &str = "2026-01:VGhlIG9sZCBvbmUsIHdoaWNoIG9ubHkgdmVyaWZpZXM=";

    #[test]
    fn the_first_signs_and_all_verify() {
        let mut moment = Moment {
            now: Timestamp::from_millis(1_800_000_000_000),
            entropy: Entropy::from_seed([7; 32]),
        };
        let (app, user) = (AppId::generate(&mut moment), UserId::generate(&mut moment));
        let issue = |keys: &SigningKeys| keys.issue(&app, user, moment.now, 60).unwrap().token;
        let (old, new) = (parse(OLD).unwrap(), parse(NEW).unwrap());
        let both = parse(&format!("\n{NEW}\n {OLD}\n")).unwrap();
        assert!(new.verify(&issue(&both), moment.now).is_ok());
        assert!(old.verify(&issue(&both), moment.now).is_err());
        assert!(both.verify(&issue(&old), moment.now).is_ok());
    }

    #[test]
    fn what_is_wrong_is_said_without_the_secret() {
        use SigningKeysTextError::{Form, Keys};
        for (text, expected) in [
            (String::new(), Keys(SigningKeysError::None)),
            ("2026-02".to_owned(), Form(1)),
            (format!("{NEW} 2026-01:no!base64"), Form(2)),
            (format!("{NEW} {NEW}"), Keys(SigningKeysError::Duplicate)),
            ("2026-02:c2hvcnQ=".to_owned(), Keys(SigningKeysError::Secret)),
            (NEW.replace("2026-02", "a.b"), Keys(SigningKeysError::KeyId)),
        ] {
            let error = parse(&text).unwrap_err();
            assert_eq!(error, expected, "{text}");
            assert!(!error.to_string().contains("no!base64"));
        }
    }
}
