//! What time it is and which bytes are random, as values: drawn once at the rim of an invocation, passed inwards.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What is no time in RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a time in RFC 3339")]
pub struct NotATime;

/// A point in time in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Reads RFC 3339; what is finer than a millisecond is left out.
    ///
    /// # Errors
    /// If it is no such time.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| NotATime)?;
        Ok(Self(time.timestamp_millis()))
    }

    /// This time and `seconds` more (or fewer, if negative).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// This time and `millis` more (or fewer, if negative).
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

/// RFC 3339, UTC, milliseconds: `2026-01-02T03:04:05.678Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::<Utc>::from_timestamp_millis(self.0) {
            Some(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true)),
            None => write!(f, "{}ms", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Random bytes for one invocation, stretched from one 256-bit seed by SHA-256 in counter mode.
///
/// The seed comes from the operating system at the rim; a test passes a fixed one and gets the same ids every time.
pub struct Entropy {
    seed: [u8; 32],
    drawn: u64,
}

impl Entropy {
    /// From 32 bytes of real randomness.
    #[must_use]
    pub const fn from_seed(seed: [u8; 32]) -> Self {
        Self { seed, drawn: 0 }
    }

    /// The next `N` (at most 32) bytes; never the same twice.
    ///
    /// # Panics
    /// If `N` is above 32.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.drawn.to_be_bytes());
        self.drawn += 1;
        let block = hash.finalize();
        let mut out = [0; N];
        out.copy_from_slice(&block[..N]);
        out
    }

    /// A number in `0..bound`, for jitter: good enough where a bias of 2⁻³² does not matter.
    pub fn below(&mut self, bound: u64) -> u64 {
        u64::from_be_bytes(self.bytes()) % bound.max(1)
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy(..)")
    }
}

/// The clock and the randomness of one invocation.
#[derive(Debug)]
pub struct Moment {
    /// The one `now` of this invocation.
    pub now: Timestamp,
    /// Where its new ids come from.
    pub entropy: Entropy,
}

impl Moment {
    /// The same time with randomness of its own, for a part of the work that goes on beside others.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        Self {
            now: self.now,
            entropy: Entropy::from_seed(self.entropy.bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_reads_as_rfc_3339_with_milliseconds() {
        assert_eq!(
            Timestamp::from_millis(1_767_323_045_678).to_string(),
            "2026-01-02T03:04:05.678Z"
        );
        assert_eq!(Timestamp::from_millis(0).to_string(), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_fork_draws_other_bytes() {
        let mut moment = Moment {
            now: Timestamp::from_millis(1),
            entropy: Entropy::from_seed([7; 32]),
        };
        let (mut one, mut two) = (moment.fork(), moment.fork());
        let drawn = [&mut one, &mut two, &mut moment].map(|moment| moment.entropy.bytes::<16>());
        assert!(drawn[0] != drawn[1] && drawn[1] != drawn[2] && drawn[0] != drawn[2]);
        assert_eq!(one.now, moment.now);
    }

    #[test]
    fn what_is_written_is_read() {
        let time = Timestamp::from_millis(1_767_323_045_678);
        assert_eq!(Timestamp::parse(&time.to_string()), Ok(time));
        assert_eq!(Timestamp::parse("2026-01-02T05:04:05.6789+02:00"), Ok(time));
        assert!(Timestamp::parse("2026-01-02").is_err());
    }

    #[test]
    fn entropy_never_repeats_and_follows_its_seed() {
        let mut one = Entropy::from_seed([7; 32]);
        let mut two = Entropy::from_seed([7; 32]);
        let (a, b): ([u8; 16], [u8; 16]) = (one.bytes(), one.bytes());
        assert_ne!(a, b);
        assert_eq!(a, two.bytes::<16>());
    }
}
