//! What is counted and measured: each metric once, by the name that alarms and the dashboard know.
//!
//! Use-cases count what happened; handlers count how a request ended and how long it took. A process without a recorder (the
//! gateway) pays nothing for it. Nothing here names a user, a room or an app.

use std::time::Duration;

use parlour_domain::delivery::{Delivery, DeliveryStatus, Failure};
use parlour_store::StoreError;

use crate::push::Pushed;

/// Something that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(&'static str);

/// Something that is timed, each time for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing(&'static str);

/// In what a metric is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// So many.
    Count,
    /// Thousandths of a second, with a fraction.
    Milliseconds,
}

impl Unit {
    /// As CloudWatch spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

impl Count {
    /// Counts so many more.
    pub fn add(self, number: usize) {
        metrics::counter!(self.0).increment(u64::try_from(number).unwrap_or(u64::MAX));
    }
}

impl Timing {
    /// Something took this long.
    pub fn record(self, took: Duration) {
        metrics::histogram!(self.0).record(took.as_secs_f64() * 1_000.0);
    }
}

/// Messages that were written. One that was sent again and stood in the log already is none.
pub const SENDS: Count = Count("Sends");
/// Posts that the connection manager took.
pub const PUSHES_SENT: Count = Count("PushesSent");
/// Posts to connections that are gone.
pub const PUSHES_GONE: Count = Count("PushesGone");
/// Posts that the connection manager refused for now: a full buffer, or the quota.
pub const PUSHES_THROTTLED: Count = Count("PushesThrottled");
/// Posts that failed otherwise, or had no answer in time.
pub const PUSHES_FAILED: Count = Count("PushesFailed");
/// Connections that were left to the `fan_out` function, once for each event.
pub const PUSHES_QUEUED: Count = Count("PushesQueued");
/// Calls of webhooks that their receivers took.
pub const DELIVERIES_SENT: Count = Count("DeliveriesSent");
/// Calls of webhooks that failed, and are tried again.
pub const DELIVERIES_FAILED: Count = Count("DeliveriesFailed");
/// Deliveries that were given up: the last try failed too, or the receiver said that it wants nothing more.
pub const DELIVERIES_DEAD: Count = Count("DeliveriesDead");
/// Connections that were opened.
pub const CONNECTS: Count = Count("Connects");
/// Rooms that connections began to hear of.
pub const JOINS: Count = Count("Joins");
/// Requests that were refused: the caller's side.
pub const REFUSALS: Count = Count("Refusals");
/// Requests that failed: this side.
pub const FAULTS: Count = Count("Faults");
/// Calls of the store that failed because it asked for less, after the tries of the client.
pub const STORE_THROTTLES: Count = Count("StoreThrottles");
/// From the event of a send to its answer, where it was not refused.
pub const SEND_LATENCY: Timing = Timing("SendLatency");
/// From an event in a room to the end of its posts by the `fan_out` function.
pub const FAN_OUT_DELAY: Timing = Timing("FanOutDelay");

/// All of them.
pub const NAMES: [(&str, Unit); 16] = [
    (SENDS.0, Unit::Count),
    (PUSHES_SENT.0, Unit::Count),
    (PUSHES_GONE.0, Unit::Count),
    (PUSHES_THROTTLED.0, Unit::Count),
    (PUSHES_FAILED.0, Unit::Count),
    (PUSHES_QUEUED.0, Unit::Count),
    (DELIVERIES_SENT.0, Unit::Count),
    (DELIVERIES_FAILED.0, Unit::Count),
    (DELIVERIES_DEAD.0, Unit::Count),
    (CONNECTS.0, Unit::Count),
    (JOINS.0, Unit::Count),
    (REFUSALS.0, Unit::Count),
    (FAULTS.0, Unit::Count),
    (STORE_THROTTLES.0, Unit::Count),
    (SEND_LATENCY.0, Unit::Milliseconds),
    (FAN_OUT_DELAY.0, Unit::Milliseconds),
];

/// Counts a post by what became of it.
pub fn pushed(pushed: Pushed) {
    let outcome = match pushed {
        Pushed::Sent => PUSHES_SENT,
        Pushed::Gone => PUSHES_GONE,
        Pushed::Throttled => PUSHES_THROTTLED,
        Pushed::Failed => PUSHES_FAILED,
    };
    outcome.add(1);
}

/// Counts a try of a delivery by what became of it. One that nobody was to hear any more (the webhook is switched off or deleted,
/// the event erased) was no call, and says nothing of a receiver.
pub(crate) fn delivered(after: &Delivery) {
    let outcome = match (after.status, after.failure) {
        (_, Some(Failure::Disabled | Failure::Gone)) => return,
        (DeliveryStatus::Delivered, _) => DELIVERIES_SENT,
        (DeliveryStatus::Pending, _) => DELIVERIES_FAILED,
        (DeliveryStatus::Dead, _) => DELIVERIES_DEAD,
    };
    outcome.add(1);
}

/// Counts a failure of the store if it was one of too much being asked. Call it once for a failure: where it ends.
pub fn store_failed(error: &StoreError) {
    if matches!(error, StoreError::Throttled(_)) {
        STORE_THROTTLES.add(1);
    }
}
