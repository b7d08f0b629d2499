//! Metrics in CloudWatch's embedded metric format: a JSON line on standard output, of which CloudWatch makes the metrics by itself.
//! No call, no right and no waiting is needed, and a function that records nothing writes nothing.
//!
//! Format: "Specification: CloudWatch embedded metric format" in the CloudWatch user guide. All metrics have the namespace `Parlour`
//! and one dimension, the stack, so that their number does not grow with functions, apps or rooms.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit as FacadeUnit,
};
use parlour_domain::Timestamp;
use parlour_service::metric::{self, Unit};
use serde_json::{Map, Value, json};

/// The namespace of all metrics.
const NAMESPACE: &str = "Parlour";
/// The one dimension.
const DIMENSION: &str = "Stack";
/// More values of one metric do not fit into a line.
const VALUES: usize = 100;

/// What was recorded and is not written yet. Cheap to clone; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct EmbeddedMetrics {
    stack: Arc<str>,
    recorded: Arc<Vec<Recorded>>,
}

#[derive(Debug)]
struct Recorded {
    name: &'static str,
    unit: Unit,
    count: Arc<AtomicU64>,
    times: Arc<Times>,
}

#[derive(Debug, Default)]
struct Times(Mutex<Vec<f64>>);

impl HistogramFn for Times {
    fn record(&self, millis: f64) {
        // Thousandths are exact enough, and half as long.
        let rounded = (millis * 1_000.0).round() / 1_000.0;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(rounded);
    }
}

impl Times {
    /// As many as fit into a line, oldest first.
    fn take(&self) -> Vec<f64> {
        let mut times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let some = times.len().min(VALUES);
        times.drain(..some).collect()
    }
}

impl EmbeddedMetrics {
    /// Collects what this deployment records, and nothing yet.
    fn new(stack: &str) -> Self {
        let recorded = metric::NAMES.map(|(name, unit)| Recorded {
            name,
            unit,
            count: Arc::default(),
            times: Arc::default(),
        });
        Self {
            stack: stack.into(),
            recorded: Arc::new(recorded.into()),
        }
    }

    /// Collects what is recorded anywhere in this process from now on. Once per process.
    pub(crate) fn start(stack: &str) -> Self {
        let metrics = Self::new(stack);
        if metrics::set_global_recorder(metrics.clone()).is_err() {
            tracing::error!("something else collects the metrics");
        }
        metrics
    }

    /// Writes what was recorded since the last time: one line, or none, or more if a metric has more values than fit into one.
    ///
    /// # Errors
    /// What `out` says. What was to be written is lost then.
    pub(crate) fn emit(&self, now: Timestamp, out: &mut impl Write) -> io::Result<()> {
        while let Some(mut line) = self.line(now) {
            // In one piece, so that no other line comes between.
            line.push('\n');
            out.write_all(line.as_bytes())?;
        }
        out.flush()
    }

    fn line(&self, now: Timestamp) -> Option<String> {
        let (mut line, mut definitions) = (Map::new(), Vec::new());
        for Recorded {
            name,
            unit,
            count,
            times,
        } in self.recorded.iter()
        {
            let value = match unit {
                Unit::Count => Some(count.swap(0, Ordering::Relaxed))
                    .filter(|count| *count > 0)
                    .map(Value::from),
                Unit::Milliseconds => Some(times.take()).filter(|times| !times.is_empty()).map(Value::from),
            };
            if let Some(value) = value {
                line.insert((*name).to_owned(), value);
                definitions.push(json!({ "Name": name, "Unit": unit.as_str() }));
            }
        }
        if definitions.is_empty() {
            return None;
        }
        let directive = json!({ "Namespace": NAMESPACE, "Dimensions": [[DIMENSION]], "Metrics": definitions });
        let metadata = json!({ "Timestamp": now.millis(), "CloudWatchMetrics": [directive] });
        line.insert("_aws".to_owned(), metadata);
        line.insert(DIMENSION.to_owned(), json!(&*self.stack));
        Some(Value::Object(line).to_string())
    }

    fn find(&self, key: &Key, unit: Unit) -> Option<&Recorded> {
        self.recorded
            .iter()
            .find(|known| known.name == key.name() && known.unit == unit)
    }
}

/// Only what stands in the table of metrics is collected: a library that recorded its own would make metrics that cost money.
impl Recorder for EmbeddedMetrics {
    fn describe_counter(&self, _: KeyName, _: Option<FacadeUnit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<FacadeUnit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<FacadeUnit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let known = self.find(key, Unit::Count);
        known.map_or_else(Counter::noop, |known| Counter::from_arc(Arc::clone(&known.count)))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let known = self.find(key, Unit::Milliseconds);
        known.map_or_else(Histogram::noop, |known| Histogram::from_arc(Arc::clone(&known.times)))
    }
}

#[cfg(test)]
mod tests;
