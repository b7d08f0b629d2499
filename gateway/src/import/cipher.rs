//! The texts of callsewa, which it keeps encrypted: hexadecimal, AES-256 in CBC mode with PKCS#7, the initialisation vector at the end,
//! and in it the text in base64.

use std::fmt;
use std::path::Path;

use aes::Aes256;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockDecryptMut as _, KeyIvInit as _};

use super::Refusal;

/// Bytes of the initialisation vector, and of a block.
const BLOCK: usize = 16;

/// The service's `ENCRYPTION_KEY`.
#[derive(Clone)]
pub(crate) struct Key([u8; 32]);

/// A secret is not for logs.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    /// Reads a file that holds the 32 characters; line breaks after them do not count.
    pub(crate) fn read(path: &Path) -> Result<Self, Refusal> {
        let bytes = std::fs::read(path).map_err(|source| Refusal::file(path.display(), source))?;
        let end = bytes
            .iter()
            .rposition(|byte| !matches!(byte, b'\n' | b'\r'))
            .map_or(0, |last| last + 1);
        let key = <[u8; 32]>::try_from(&bytes[..end]);
        key.map(Self).map_err(|_| {
            let length = format!(
                "{} holds no ENCRYPTION_KEY of callsewa: that has 32 bytes",
                path.display()
            );
            Refusal::Whole(length)
        })
    }

    /// The text that was encrypted.
    pub(super) fn decrypt(&self, hex: &str) -> Result<String, &'static str> {
        const WRONG: &str = "cannot be decrypted with this key";
        let mut bytes = unhex(hex).ok_or("is not encrypted as callsewa does it")?;
        if bytes.len() < 2 * BLOCK || !bytes.len().is_multiple_of(BLOCK) {
            return Err("is not encrypted as callsewa does it");
        }
        let iv = bytes.split_off(bytes.len() - BLOCK);
        let cipher = Decryptor::<Aes256>::new_from_slices(&self.0, &iv).map_err(|_| WRONG)?;
        let base64 = cipher.decrypt_padded_mut::<Pkcs7>(&mut bytes).map_err(|_| WRONG)?;
        let text = STANDARD.decode(base64).or_else(|_| STANDARD_NO_PAD.decode(base64));
        String::from_utf8(text.map_err(|_| WRONG)?).map_err(|_| WRONG)
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim().as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .chunks(2)
        .map(|two| Some((digit(two[0])? << 4) | digit(two[1])?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `echo -n 'bsOkbWUgw7x0ZQ==' | openssl enc -aes-256-cbc -K … -iv 000102…0f`, and the vector behind it.
    const KEY: &[u8; 32] = b"0123456789abcdef0123456789abcdef";
    const ENCRYPTED: &str =
        "065ff2289232de8a9519b502d9923eedeb9287c2128aac7665a7d86bf1f1b1d6000102030405060708090a0b0c0d0e0f";

    #[test]
    fn a_text_that_another_program_encrypted_is_read() {
        assert_eq!(Key(*KEY).decrypt(ENCRYPTED).as_deref(), Ok("näme üte"));
        assert_eq!(Key(*KEY).decrypt(&ENCRYPTED.to_uppercase()).as_deref(), Ok("näme üte"));
    }

    #[test]
    fn anything_else_is_refused() {
        let wrong = Key(*b"0123456789abcdef0123456789abcdeF");
        assert!(wrong.decrypt(ENCRYPTED).is_err());
        for text in ["", "zz", "00", "hello", &ENCRYPTED[2..], &ENCRYPTED[32..]] {
            assert!(Key(*KEY).decrypt(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_has_32_bytes() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"0123456789abcdef0123456789abcdef\r\n").unwrap();
        assert_eq!(Key::read(file.path()).unwrap().0, *KEY);
        std::fs::write(file.path(), b"short\n").unwrap();
        assert!(Key::read(file.path()).is_err());
        assert!(Key::read(Path::new("/nowhere")).is_err());
    }
}
