//! Counts what store code costs: calls, sequential round trips, read and write units.
//!
//! A layer over any connector to an engine that checks no signatures (it adds `ReturnConsumedCapacity` to the request).
//! What DynamoDB bills but does not report is worked out in `count/units.rs`.

mod units;

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use crate::call;
use units::{Metered, Units};

/// What was used since the last reset.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// Calls made, the SDK's retries included.
    pub calls: u64,
    /// Sequential round trips: the longest chain of calls each of which began after the one before it had ended.
    /// Calls in parallel count once. On an engine with its own thread, independent chains that run side by side may
    /// count as one longer chain; on [`InlineEngine`](crate::embedded::InlineEngine) the figure is exact.
    pub round_trips: u64,
    /// Read units: 4 KB consistent, twice that eventually consistent, half in a transaction.
    pub read_units: f64,
    /// Write units: 1 KB, half in a transaction.
    pub write_units: f64,
    /// The same by operation, as the API names it (`PutItem`).
    pub by_operation: BTreeMap<String, OperationUsage>,
}

/// What one operation used.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OperationUsage {
    /// Calls made.
    pub calls: u64,
    /// Read units.
    pub read_units: f64,
    /// Write units.
    pub write_units: f64,
}

/// A running count. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    tally: Arc<Mutex<Tally>>,
}

#[derive(Debug, Default)]
struct Tally {
    usage: Usage,
    /// The length of the longest chain of calls that have ended.
    ended: u64,
    /// Changes at a reset, so that calls begun before it are not counted after it.
    generation: u64,
}

impl Counter {
    /// A count of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was used since the last reset. A call's units are added when its answer arrives.
    pub fn usage(&self) -> Usage {
        self.tally().usage.clone()
    }

    /// Starts again at nothing; calls under way no longer count.
    pub fn reset(&self) {
        let mut tally = self.tally();
        let generation = tally.generation + 1;
        *tally = Tally {
            generation,
            ..Tally::default()
        };
    }

    /// Runs `work` on a count that starts at nothing.
    pub async fn measure<T>(&self, work: impl Future<Output = T>) -> (T, Usage) {
        self.reset();
        let result = work.await;
        (result, self.usage())
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, operation: String) -> Flight {
        let mut tally = self.tally();
        let depth = tally.ended + 1;
        let generation = tally.generation;
        tally.usage.calls += 1;
        tally.usage.round_trips = tally.usage.round_trips.max(depth);
        tally.usage.by_operation.entry(operation.clone()).or_default().calls += 1;
        drop(tally);
        Flight {
            counter: self.clone(),
            operation,
            depth,
            generation,
            units: Units::default(),
        }
    }
}

/// A call under way; it ends when dropped, be it answered, failed or abandoned.
struct Flight {
    counter: Counter,
    operation: String,
    depth: u64,
    generation: u64,
    units: Units,
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut tally = self.counter.tally();
        if tally.generation != self.generation {
            return;
        }
        tally.ended = tally.ended.max(self.depth);
        tally.usage.read_units += self.units.read;
        tally.usage.write_units += self.units.write;
        let own = tally
            .usage
            .by_operation
            .entry(std::mem::take(&mut self.operation))
            .or_default();
        own.read_units += self.units.read;
        own.write_units += self.units.write;
    }
}

/// A connector that adds every call to a [`Counter`].
#[derive(Debug)]
pub struct CountingConnector {
    inner: SharedHttpConnector,
    counter: Counter,
}

impl CountingConnector {
    /// Counts the calls that reach `inner`.
    pub fn new(inner: SharedHttpConnector, counter: Counter) -> Self {
        Self { inner, counter }
    }

    /// The same, ready for the next layer or the client.
    pub fn shared(inner: SharedHttpConnector, counter: Counter) -> SharedHttpConnector {
        SharedHttpConnector::new(Self::new(inner, counter))
    }
}

impl HttpConnector for CountingConnector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let operation = call::operation(&request).unwrap_or_default().to_owned();
        let metered = Metered::of(&operation, &mut request);
        let inner = self.inner.clone();
        let counter = self.counter.clone();
        HttpConnectorFuture::new(async move {
            let mut flight = counter.begin(operation);
            // Calls made side by side must all have begun before one of them ends, even if the engine never waits.
            yield_once().await;
            let mut response = inner.call(request).await?;
            call::buffer(&mut response).await?;
            flight.units = metered.units(&mut response);
            Ok(response)
        })
    }
}

async fn yield_once() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
