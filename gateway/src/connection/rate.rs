//! A token bucket in whole numbers.

use super::{Rate, Time};

/// What is left of a rate, in millionths of a frame.
#[derive(Debug)]
pub(super) struct Bucket {
    rate: Rate,
    left: u64,
    filled_at: Time,
}

const FRAME: u64 = 1_000_000;

impl Bucket {
    pub(super) fn new(rate: Rate, now: Time) -> Self {
        Self {
            rate,
            left: u64::from(rate.burst) * FRAME,
            filled_at: now,
        }
    }

    /// Takes one frame if there is one.
    pub(super) fn take(&mut self, now: Time) -> bool {
        let passed = u64::try_from(now.saturating_sub(self.filled_at).as_micros()).unwrap_or(u64::MAX);
        let full = u64::from(self.rate.burst) * FRAME;
        self.left = passed
            .saturating_mul(u64::from(self.rate.per_second))
            .saturating_add(self.left)
            .min(full);
        self.filled_at = now;
        let enough = self.left >= FRAME;
        if enough {
            self.left -= FRAME;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_is_allowed_then_the_rate() {
        let mut bucket = Bucket::new(
            Rate {
                burst: 3,
                per_second: 2,
            },
            Time::ZERO,
        );
        let taken = (0..5).filter(|_| bucket.take(Time::ZERO)).count();
        assert_eq!(taken, 3);
        assert!(!bucket.take(Duration::from_millis(499)));
        assert!(bucket.take(Duration::from_millis(500)));
        assert!(!bucket.take(Duration::from_millis(500)));
        let taken = (0..5).filter(|_| bucket.take(Duration::from_secs(60))).count();
        assert_eq!(taken, 3, "the bucket holds no more than a burst");
    }
}
