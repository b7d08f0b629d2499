//! How large the heavy suites are, what they draw from and how long they took: the only place where tests look at the
//! environment and the real clock.

use std::fmt;
use std::time::Instant;

/// A setting of the environment.
#[expect(clippy::disallowed_methods, reason = "tests have no rim that reads settings")]
pub(crate) fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The time since a suite began, for its report only.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "reports say how long a suite took")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

impl fmt::Display for Stopwatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} s", self.0.elapsed().as_secs_f64())
    }
}

/// `full` times `PARLOUR_HEAVY` (default 0.1), at least 1.
pub(crate) fn heavy(full: u32) -> usize {
    let share = setting("PARLOUR_HEAVY").map_or(0.1, |text| text.parse().expect("PARLOUR_HEAVY is a number"));
    let size = (f64::from(full) * share).round().max(1.0);
    format!("{size:.0}").parse().unwrap()
}

/// `PARLOUR_SEED`, or a fixed one.
pub(crate) fn seed() -> u64 {
    setting("PARLOUR_SEED").map_or(20_260_101, |text| text.parse().expect("PARLOUR_SEED is a number"))
}

/// A small generator of draws (SplitMix64): the same seed gives the same run everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    /// A number in `0..bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound.max(1)
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[usize::try_from(self.below(u64::try_from(of.len()).unwrap())).unwrap()]
    }
}
