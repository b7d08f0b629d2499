//! The clock and the randomness of one invocation.

use std::time::{SystemTime, UNIX_EPOCH};

use parlour_domain::{Entropy, Moment, Timestamp};

/// Now, with a fresh seed.
///
/// # Panics
/// If the operating system gives no randomness: then no id and no token may be made.
#[expect(clippy::expect_used, reason = "without randomness nothing may be made")]
pub(crate) fn moment() -> Moment {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).expect("the operating system gives randomness");
    Moment {
        now: now(),
        entropy: Entropy::from_seed(seed),
    }
}

/// What the clock says.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
