//! The event bus: EventBridge's `PutEvents`, one call after the other, so that what happened first is there first.
//!
//! A put is complete or an error. After an error some events may be on the bus all the same: a bus gives each at least once, so the
//! caller may put all of them again.

use std::time::Duration;

use parlour_service::event_bus::{BusError, BusEvent, EventBus};
use parlour_service::push::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use crate::aws_service::{AwsService, Patience};
use crate::batches::batches;

/// The service that requests are signed for.
pub(crate) const SERVICE: &str = "events";
/// What rules know our events by.
const SOURCE: &str = "parlour";
/// What the time of an event counts as, in bytes.
const TIME_BYTES: usize = 14;
/// A put has this long in all.
const LIMIT: Duration = Duration::from_secs(5);
/// One call has two tries.
const PATIENCE: Patience = Patience {
    limit: Duration::from_millis(950),
    pauses: &[Duration::from_millis(50)],
};

/// An event bus of EventBridge.
#[derive(Debug)]
pub struct EventBridge {
    events: AwsService,
    bus: String,
    limit: Duration,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<'a> {
    entries: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
    event_bus_name: &'a str,
    source: &'static str,
    detail_type: &'static str,
    detail: &'a str,
    /// Seconds since 1970; the detail has the milliseconds.
    time: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    failed_entry_count: usize,
    #[serde(default)]
    entries: Vec<Taken>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Taken {
    error_code: Option<String>,
}

impl EventBridge {
    /// The bus of this name or ARN.
    #[must_use]
    pub fn new(events: AwsService, bus: String) -> Self {
        Self {
            events,
            bus,
            limit: LIMIT,
        }
    }

    /// With another limit than 5 s for one put.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    async fn put_all(&self, events: Vec<BusEvent>) -> Result<(), BusError> {
        let all = async {
            let batches = batches(&events, length)
                .map_err(|length| BusError(format!("an event of {length} bytes is too large")))?;
            for batch in batches {
                self.put_batch(batch).await?;
            }
            Ok(())
        };
        let put = timeout(self.limit, all).await;
        put.unwrap_or_else(|_| Err(BusError(format!("no answer within {} ms", self.limit.as_millis()))))
    }

    async fn put_batch(&self, events: &[BusEvent]) -> Result<(), BusError> {
        let entries = events.iter().map(|event| Entry {
            event_bus_name: &self.bus,
            source: SOURCE,
            detail_type: event.kind,
            detail: &event.detail,
            time: event.at.seconds(),
        });
        let batch = Batch {
            entries: entries.collect(),
        };
        let failed = |error: &dyn std::fmt::Display| BusError(error.to_string());
        let body = serde_json::to_string(&batch).map_err(|error| failed(&error))?;
        let answer = self.events.json("1.1", "AWSEvents.PutEvents", body, PATIENCE).await;
        let answer = answer.map_err(|error| failed(&error))?;
        let answer: Answer = serde_json::from_slice(&answer).map_err(|_| failed(&"the answer cannot be read"))?;
        let mut codes = answer.entries.iter().filter_map(|entry| entry.error_code.as_deref());
        match (answer.failed_entry_count, codes.next()) {
            (0, None) => Ok(()),
            (count, code) => Err(BusError(format!(
                "{count} of {} events failed, the first by {}",
                events.len(),
                code.unwrap_or("nothing that is said")
            ))),
        }
    }
}

/// How long an event counts as, by the rules of EventBridge.
fn length(event: &BusEvent) -> usize {
    TIME_BYTES + SOURCE.len() + event.kind.len() + event.detail.len()
}

impl EventBus for EventBridge {
    fn put(&self, events: Vec<BusEvent>) -> BoxFuture<'_, Result<(), BusError>> {
        Box::pin(self.put_all(events))
    }
}
