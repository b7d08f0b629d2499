//! How much of the table's capacity a run takes.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Spends capacity units evenly over time. What was spent is paid off by waiting before the next spending.
#[derive(Debug)]
pub(crate) struct Pace {
    per_second: Option<NonZeroU32>,
    paid_off: Mutex<Instant>,
}

impl Pace {
    /// At most so many units a second; `None`: no limit.
    pub(crate) fn new(per_second: Option<NonZeroU32>) -> Self {
        Self {
            per_second,
            paid_off: Mutex::new(Instant::now()),
        }
    }

    /// Waits until what was spent before is paid off, then counts these units as spent.
    pub(crate) async fn spend(&self, units: f64) {
        let Some(rate) = self.per_second else { return };
        let cost = Duration::try_from_secs_f64(units / f64::from(rate.get())).unwrap_or_default();
        let turn = {
            let mut paid_off = self.paid_off.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = (*paid_off).max(Instant::now());
            *paid_off = turn + cost;
            turn
        };
        tokio::time::sleep_until(turn).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn units_are_spread_over_time_whoever_spends_them() {
        let pace = Pace::new(NonZeroU32::new(100));
        let begun = Instant::now();
        let one = async {
            for _ in 0..50 {
                pace.spend(1.0).await;
            }
        };
        let other = async {
            pace.spend(150.0).await;
            pace.spend(0.0).await;
        };
        tokio::join!(one, other);
        pace.spend(0.0).await;
        assert_eq!(begun.elapsed().as_millis(), 2_000);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_limit_nothing_waits() {
        let begun = Instant::now();
        Pace::new(None).spend(1e9).await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }
}
