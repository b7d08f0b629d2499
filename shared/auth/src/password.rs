//! Passwords of operators, as they are kept: Argon2id. Its parameters stand beside each hash, so that new ones can take more.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use parlour_domain::Moment;
use subtle::ConstantTimeEq;

/// What new hashes take: 19 MiB, twice, by one thread (the least that OWASP recommends).
const MEMORY_KIB: u32 = 19 * 1024;
const ROUNDS: u32 = 2;
const THREADS: u32 = 1;
const HASH_BYTES: usize = 32;
const NAME: &str = "argon2id";

/// A password is not hashed with these parameters: a broken row, or a broken rim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password cannot be hashed")]
pub struct PasswordError;

/// What is kept of a password: parameters, salt and hash.
///
/// # Errors
/// [`PasswordError`].
pub fn hash(password: &str, moment: &mut Moment) -> Result<String, PasswordError> {
    let salt: [u8; 16] = moment.entropy.bytes();
    let hash = derive(password, &salt, (MEMORY_KIB, ROUNDS, THREADS))?;
    let [salt, hash] = [&salt[..], &hash[..]].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    Ok(format!("{NAME}${MEMORY_KIB}${ROUNDS}${THREADS}${salt}${hash}"))
}

/// Whether it is the password that `kept` was made of. Where there is none, it takes as long to say no.
///
/// # Errors
/// [`PasswordError`] if `kept` cannot be read.
pub fn matches(password: &str, kept: Option<&str>) -> Result<bool, PasswordError> {
    let Some(kept) = kept else {
        derive(password, &[0; 16], (MEMORY_KIB, ROUNDS, THREADS))?;
        return Ok(false);
    };
    let parts: Vec<&str> = kept.split('$').collect();
    let [NAME, memory, rounds, threads, salt, hash] = parts[..] else {
        return Err(PasswordError);
    };
    let number = |text: &str| text.parse().map_err(|_| PasswordError);
    let bytes = |text: &str| STANDARD_NO_PAD.decode(text).map_err(|_| PasswordError);
    let costs = (number(memory)?, number(rounds)?, number(threads)?);
    let given = derive(password, &bytes(salt)?, costs)?;
    Ok(given.ct_eq(bytes(hash)?.as_slice()).into())
}

fn derive(
    password: &str,
    salt: &[u8],
    (memory, rounds, threads): (u32, u32, u32),
) -> Result<[u8; HASH_BYTES], PasswordError> {
    let params = Params::new(memory, rounds, threads, Some(HASH_BYTES)).map_err(|_| PasswordError)?;
    let mut hash = [0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut hash)
        .map_err(|_| PasswordError)?;
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use parlour_domain::{Entropy, Timestamp};

    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_alone_and_is_not_in_it() {
        let mut moment = Moment {
            now: Timestamp::from_millis(0),
            entropy: Entropy::from_seed([1; 32]),
        };
        let kept = hash("correct horse", &mut moment).unwrap();
        assert!(!kept.contains("correct"));
        assert_ne!(
            kept,
            hash("correct horse", &mut moment).unwrap(),
            "each has a salt of its own"
        );
        assert_eq!(matches("correct horse", Some(&kept)), Ok(true));
        for wrong in ["correct hors", "", "Correct horse"] {
            assert_eq!(matches(wrong, Some(&kept)), Ok(false));
        }
        assert_eq!(matches("correct horse", None), Ok(false));
        for broken in ["", "plain", "argon2id$1$2$3$4", "md5$1$1$1$AAAA$AAAA"] {
            assert_eq!(matches("x", Some(broken)), Err(PasswordError));
        }
    }
}
