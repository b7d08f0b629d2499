//! The clock of a world, which stands still unless it is told to pass, and the moments of its requests. The suites of crashes and of
//! permissions have the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use parlour_domain::{Entropy, Moment, Timestamp};
use parlour_handlers::MomentSource;

/// The beginning, 2100-01-01T00:00:00Z: an engine that expires rows by its own clock never interferes.
pub(crate) const BEGINNING: i64 = 4_102_444_800_000;

/// Clones are the same clock.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    millis: Arc<AtomicI64>,
    drawn: Arc<AtomicU64>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self {
            millis: Arc::new(AtomicI64::new(BEGINNING)),
            drawn: Arc::default(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.millis.load(Ordering::SeqCst))
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, millis: i64) {
        self.millis.fetch_add(millis, Ordering::SeqCst);
    }

    /// Now, with randomness that never repeats.
    pub(crate) fn moment(&self) -> Moment {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.drawn.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        Moment {
            now: self.now(),
            entropy: Entropy::from_seed(seed),
        }
    }

    /// The moments of a router's requests.
    pub(crate) fn moments(&self) -> MomentSource {
        let clock = self.clone();
        Arc::new(move || clock.moment())
    }
}
