//! A small seeded generator (SplitMix64): the same seed gives the same faults on every machine and version.

/// A deterministic source of randomness.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another source, for one call: what it draws does not shift the draws of later calls.
    pub(super) fn split(&mut self) -> Self {
        Self(self.next())
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// True with this probability (0 never, 1 always).
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        // 53 bits fit a double exactly: a number in [0, 1).
        let bits = self.next() >> 11;
        let high = u32::try_from(bits >> 21).unwrap_or_default();
        let low = u32::try_from(bits & 0x1F_FFFF).unwrap_or_default();
        let unit = (f64::from(high) * 2_097_152.0 + f64::from(low)) / 9_007_199_254_740_992.0;
        unit < probability
    }

    /// A number below `bound`, or 0 if `bound` is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or_default()
    }
}
