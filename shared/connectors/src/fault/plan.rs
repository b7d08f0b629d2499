//! What may go wrong, how often, and to which calls.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::random::Random;

/// One kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call waits this long before anything else happens to it.
    Delay(Duration),
    /// `ThrottlingException` or `ProvisionedThroughputExceededException` (400); nothing is applied.
    Throttle,
    /// `InternalServerError` (500); nothing is applied.
    FailBefore,
    /// `TransactionConflictException` for a put, update or delete; `TransactionCanceledException` with one reason
    /// `TransactionConflict` for a transaction; nothing is applied. Other calls pass.
    Conflict,
    /// The last answer to the same request, for reads that need not be consistent. Others pass, and so does the first
    /// of its kind.
    StaleRead,
    /// Some entries of a batch (at least one, never all) come back unprocessed. Batches of one and other calls pass.
    PartialBatch,
    /// The call is applied, and the connection breaks before the answer arrives (an I/O error or a timeout).
    DropResponse,
}

impl Fault {
    /// The name under which [`Faults::injected`](super::Faults::injected) counts it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delay(_) => "delay",
            Self::Throttle => "throttle",
            Self::FailBefore => "fail_before",
            Self::Conflict => "conflict",
            Self::StaleRead => "stale_read",
            Self::PartialBatch => "partial_batch",
            Self::DropResponse => "drop_response",
        }
    }

    /// The order in which faults take effect on one call.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Delay(_) => 0,
            Self::Throttle => 1,
            Self::FailBefore => 2,
            Self::Conflict => 3,
            Self::StaleRead => 4,
            Self::PartialBatch => 5,
            Self::DropResponse => 6,
        }
    }
}

/// Independent probabilities (0 to 1) per call, and which calls they concern. The default has no faults.
#[derive(Clone, Debug)]
pub struct FaultPlan {
    /// Determines all draws.
    pub seed: u64,
    /// Probability of [`Fault::Throttle`].
    pub throttle: f64,
    /// Probability of [`Fault::Delay`].
    pub delay: f64,
    /// The range a delay is drawn from, in whole microseconds.
    pub delay_range: RangeInclusive<Duration>,
    /// Probability of [`Fault::FailBefore`].
    pub fail_before: f64,
    /// Probability of [`Fault::DropResponse`].
    pub drop_response: f64,
    /// Probability of [`Fault::StaleRead`].
    pub stale_read: f64,
    /// Probability of [`Fault::Conflict`].
    pub conflict: f64,
    /// Probability of [`Fault::PartialBatch`].
    pub partial_batch: f64,
    /// The operations concerned (`PutItem`); empty: all.
    pub operations: Vec<String>,
    /// Only requests whose JSON contains this text: a table's name, a key.
    pub body_contains: Option<String>,
}

impl Default for FaultPlan {
    fn default() -> Self {
        Self {
            seed: 0,
            throttle: 0.0,
            delay: 0.0,
            delay_range: Duration::ZERO..=Duration::ZERO,
            fail_before: 0.0,
            drop_response: 0.0,
            stale_read: 0.0,
            conflict: 0.0,
            partial_batch: 0.0,
            operations: Vec::new(),
            body_contains: None,
        }
    }
}

impl FaultPlan {
    pub(super) fn concerns(&self, operation: &str, body: &[u8]) -> bool {
        let operation = self.operations.is_empty() || self.operations.iter().any(|name| name == operation);
        let text = self.body_contains.as_deref().unwrap_or_default().as_bytes();
        operation && (text.is_empty() || body.windows(text.len()).any(|window| window == text))
    }

    pub(super) fn draw(&self, random: &mut Random) -> Vec<Fault> {
        let delay = self.draw_delay(random);
        [
            (self.delay, Fault::Delay(delay)),
            (self.throttle, Fault::Throttle),
            (self.fail_before, Fault::FailBefore),
            (self.conflict, Fault::Conflict),
            (self.stale_read, Fault::StaleRead),
            (self.partial_batch, Fault::PartialBatch),
            (self.drop_response, Fault::DropResponse),
        ]
        .into_iter()
        .filter_map(|(probability, fault)| random.chance(probability).then_some(fault))
        .collect()
    }

    fn draw_delay(&self, random: &mut Random) -> Duration {
        let (least, most) = (*self.delay_range.start(), *self.delay_range.end());
        let span = most.saturating_sub(least).as_micros();
        let span = usize::try_from(span).unwrap_or(usize::MAX - 1);
        let micros = u64::try_from(random.below(span + 1)).unwrap_or_default();
        least + Duration::from_micros(micros)
    }
}

/// A fault waiting for its call.
#[derive(Debug)]
pub(super) struct Script {
    operation: Option<String>,
    left: u64,
    fault: Fault,
}

impl Script {
    pub(super) fn new(operation: Option<String>, n: u64, fault: Fault) -> Self {
        Self {
            operation,
            left: n.max(1),
            fault,
        }
    }

    /// Counts a call; the fault if this is the one.
    pub(super) fn step(&mut self, operation: &str) -> Option<Fault> {
        if self.operation.as_deref().is_some_and(|own| own != operation) {
            return None;
        }
        self.left = self.left.saturating_sub(1);
        self.is_over().then_some(self.fault)
    }

    pub(super) fn is_over(&self) -> bool {
        self.left == 0
    }
}
