//! Inputs made of others.

use crate::random::Random;

/// The longest input in bytes: no frame and no body of REST is longer.
pub(crate) const LONGEST: usize = 64 * 1024;

/// What readers of JSON, of URLs and of text stumble over.
const HARD: [&[u8]; 44] = [
    b"\0",
    b"\x1e",
    b"\x7f",
    b"\xff\xfe",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xae",
    b"\xf0\x9f\x91\x8b",
    b"e\xcc\x81",
    b"\r\n",
    b"\\ud800",
    b"\\udc00\\ud800",
    b"\\u0000",
    b"\\u001e",
    b"\\u",
    b"\"",
    b"\\",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"[[[[[[[[",
    b"{\"\":{\"\":{\"\":",
    b"\"a\":1,\"a\":2,",
    b"\"__proto__\":{},",
    b",",
    b"-0",
    b"-1",
    b"0.1e-400",
    b"1e999",
    b"9007199254740993",
    b"9223372036854775808",
    b"18446744073709551616",
    b"%00",
    b"%ff",
    b"%2e%2e",
    b"%2F",
    b"../",
    b"//",
    b"&",
    b"[",
];

/// Brackets to put around something.
const AROUND: [(&[u8], &[u8]); 6] = [
    (b"[", b"]"),
    (b"{\"a\":", b"}"),
    (b"{\"and\":[", b"]}"),
    (b"[{\"scope\":", b"}]"),
    (b"[a]", b""),
    (b"\"", b"\""),
];

/// An input of these, changed in a few places. `words` mean something to the target.
pub(crate) fn mutated(random: &mut Random, pool: &[Vec<u8>], words: &[Vec<u8>]) -> Vec<u8> {
    let mut input = random.one_of(pool).cloned().unwrap_or_default();
    for _ in 0..=random.below(5) {
        once(random, &mut input, pool, words);
        input.truncate(LONGEST);
    }
    input
}

fn once(random: &mut Random, input: &mut Vec<u8>, pool: &[Vec<u8>], words: &[Vec<u8>]) {
    match random.below(14) {
        0 => flip(random, input),
        1 => {
            let byte = random.byte();
            insert(random, input, &[byte]);
        }
        2 => drop(input.drain(part(random, input))),
        3 => again(random, input),
        4 | 5 => {
            let hard = random.one_of(&HARD).copied().unwrap_or_default();
            insert(random, input, hard);
        }
        6 | 7 => {
            let word = random.one_of(words).cloned().unwrap_or_default();
            insert(random, input, &word);
        }
        8 | 9 => replace_token(random, input, words),
        10 => replace_digits(random, input),
        11 => surround(random, input),
        12 => splice(random, input, pool),
        _ => input.truncate(random.below(input.len() + 1)),
    }
}

fn flip(random: &mut Random, input: &mut [u8]) {
    let bit = 1 << random.below(8);
    let place = random.below(input.len());
    if let Some(byte) = input.get_mut(place) {
        *byte ^= bit;
    }
}

fn insert(random: &mut Random, input: &mut Vec<u8>, new: &[u8]) {
    let place = random.below(input.len() + 1);
    input.splice(place..place, new.iter().copied());
}

/// Some part of it: most are short.
fn part(random: &mut Random, input: &[u8]) -> std::ops::Range<usize> {
    let start = random.below(input.len() + 1);
    let most = if random.once_in(4) { input.len() } else { 16 };
    let end = start + random.below(most + 1);
    start..end.min(input.len())
}

/// A part of it again and again, now and then as often as there is room for.
fn again(random: &mut Random, input: &mut Vec<u8>) {
    let part = part(random, input);
    let (end, repeated) = (part.end, input.get(part).unwrap_or_default().to_vec());
    let most = if random.once_in(8) {
        LONGEST / repeated.len().max(1)
    } else {
        8
    };
    let times = random.below(most + 1).min(LONGEST);
    input.splice(end..end, repeated.repeat(times));
}

/// What stands between two bytes that are no letters or digits.
fn token(random: &mut Random, input: &[u8], is_in: fn(&u8) -> bool) -> std::ops::Range<usize> {
    let place = random.below(input.len());
    let (before, after) = input.split_at(place.min(input.len()));
    let start = place - before.iter().rev().take_while(|&byte| is_in(byte)).count();
    let end = place + after.iter().take_while(|&byte| is_in(byte)).count();
    start..end
}

fn replace_token(random: &mut Random, input: &mut Vec<u8>, words: &[Vec<u8>]) {
    let at = token(random, input, |byte| {
        byte.is_ascii_alphanumeric() || b"_.-".contains(byte)
    });
    let word = random.one_of(words).cloned().unwrap_or_default();
    input.splice(at, word);
}

fn replace_digits(random: &mut Random, input: &mut Vec<u8>) {
    const NUMBERS: [&str; 10] = [
        "0",
        "1",
        "-1",
        "101",
        "1.5",
        "1e3",
        "4294967296",
        "9223372036854775807",
        "18446744073709551615",
        "1e400",
    ];
    let at = token(random, input, u8::is_ascii_digit);
    let number = random.one_of(&NUMBERS).copied().unwrap_or_default();
    input.splice(at, number.bytes());
}

/// Brackets around a part of it, many deep.
fn surround(random: &mut Random, input: &mut Vec<u8>) {
    let at = part(random, input);
    let (open, close) = random.one_of(&AROUND).copied().unwrap_or_default();
    let deep = random.once_in(8);
    let most = if deep {
        LONGEST / (open.len() + close.len()).max(1)
    } else {
        150
    };
    let depth = random.below(most + 1);
    let inner = input.get(at.clone()).unwrap_or_default();
    let around = [&open.repeat(depth), inner, &close.repeat(depth)].concat();
    input.splice(at, around);
}

fn splice(random: &mut Random, input: &mut Vec<u8>, pool: &[Vec<u8>]) {
    let other = random.one_of(pool).cloned().unwrap_or_default();
    let from = random.below(other.len() + 1);
    input.truncate(random.below(input.len() + 1));
    input.extend_from_slice(other.get(from..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(seed: u64, count: usize) -> Vec<Vec<u8>> {
        let (pool, words) = ([b"{\"type\":\"message\"}".to_vec(), Vec::new()], [b"word".to_vec()]);
        let mut random = Random::new(seed, "test");
        (0..count).map(|_| mutated(&mut random, &pool, &words)).collect()
    }

    #[test]
    fn a_seed_makes_the_same_inputs_and_another_one_others() {
        assert_eq!(some(1, 200), some(1, 200));
        assert_ne!(some(1, 200), some(2, 200));
    }

    #[test]
    fn inputs_are_of_every_length_up_to_the_longest() {
        let lengths: Vec<usize> = some(1, 20_000).iter().map(Vec::len).collect();
        let longest = lengths.iter().max().copied().unwrap_or_default();
        assert!((LONGEST / 2..=LONGEST).contains(&longest), "{longest}");
        assert!(lengths.contains(&0));
    }

    #[test]
    fn nothing_at_all_can_be_mutated() {
        let mut random = Random::new(1, "nothing");
        for _ in 0..10_000 {
            assert!(mutated(&mut random, &[], &[]).len() <= LONGEST);
        }
    }
}
