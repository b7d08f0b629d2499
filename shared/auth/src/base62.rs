//! The alphabet of every random text here: digits and letters, so that it needs no escape in a header, a URL or a key.

use parlour_domain::Entropy;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `length` independent characters, each of the 62 equally likely (5.95 bits a character).
pub(crate) fn random(entropy: &mut Entropy, length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let block: [u8; 32] = entropy.bytes();
        // 6 bits are 0..64; taking them modulo 62 would favour two characters, so 62 and 63 are skipped.
        let drawn = block.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 63)));
        text.extend(drawn.take(length - text.len()).map(|byte| char::from(*byte)));
    }
    text
}

/// Six characters, the most significant first: enough for 32 bits.
pub(crate) fn six(mut number: u32) -> [u8; 6] {
    let mut text = [b'0'; 6];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[(number % 62) as usize];
        number /= 62;
    }
    text
}

/// Whether `text` is of this alphabet only.
pub(crate) fn is_base62(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_characters_hold_any_32_bits() {
        assert_eq!(&six(0), b"000000");
        assert_eq!(&six(61), b"00000z");
        assert_eq!(&six(62), b"000010");
        assert_eq!(&six(u32::MAX), b"4gfFC3");
    }

    #[test]
    fn every_character_is_about_equally_frequent() {
        let text = random(&mut Entropy::from_seed([3; 32]), 62_000);
        assert_eq!(text.len(), 62_000);
        for character in ALPHABET {
            let count = text.bytes().filter(|byte| byte == character).count();
            // 1,000 expected, standard deviation 31; a modulo bias would give two of them 2,000.
            assert!(
                (800..1200).contains(&count),
                "{} came {count} times",
                char::from(*character)
            );
        }
    }
}
