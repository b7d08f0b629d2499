//! What is said about a function: the rows of the table.

use crate::cold_start::Sample;
use crate::summary::{Figure, median, millis, quantile};

/// Bytes in the unit of the memory row.
const MEBIBYTE: f64 = 1_048_576.0;

/// The figures of one function; `size` in KiB.
pub(crate) fn of(samples: &[Sample], size: f64) -> Vec<Figure> {
    let each = |value: fn(&Sample) -> f64| samples.iter().map(value).collect::<Vec<f64>>();
    let ready = each(|sample| millis(sample.ready));
    let answered = each(|sample| millis(sample.answered));
    let processor = each(|sample| millis(sample.processor));
    let memory = each(|sample| bytes(sample.memory) / MEBIBYTE);
    [
        ("start to first next, ms", median(ready)),
        ("start to answer, ms", median(answered.clone())),
        ("start to answer, p90, ms", quantile(answered, 90)),
        ("processor time, ms", median(processor.clone())),
        ("processor time, p90, ms", quantile(processor, 90)),
        ("peak memory, MiB", median(memory)),
        ("zipped, KiB", size),
    ]
    .map(|(name, value)| Figure { name, value })
    .to_vec()
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn bytes(count: u64) -> f64 {
    count as f64
}
