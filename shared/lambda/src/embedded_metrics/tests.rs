//! The lines, against the rules of the format.

use std::time::Duration;

use parlour_service::push::Pushed;

use super::*;

const NOW: i64 = 1_800_000_000_000;

/// The lines that come of what `record` records.
fn lines(metrics: &EmbeddedMetrics, record: impl FnOnce()) -> Vec<Value> {
    metrics::with_local_recorder(metrics, record);
    let mut out = Vec::new();
    metrics.emit(Timestamp::from_millis(NOW), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_line_says_what_was_recorded_and_how_to_read_it() {
    let metrics = EmbeddedMetrics::new("prod");
    let lines = lines(&metrics, || {
        metric::SENDS.add(1);
        metric::PUSHES_QUEUED.add(2_000);
        metric::pushed(Pushed::Sent);
        metric::pushed(Pushed::Sent);
        metric::pushed(Pushed::Gone);
        metric::SEND_LATENCY.record(Duration::from_micros(12_345));
        metric::FAN_OUT_DELAY.record(Duration::from_secs(2));
        metric::FAN_OUT_DELAY.record(Duration::from_nanos(1_500_400));
    });
    let defined = [
        ("Sends", "Count"),
        ("PushesSent", "Count"),
        ("PushesGone", "Count"),
        ("PushesQueued", "Count"),
        ("SendLatency", "Milliseconds"),
        ("FanOutDelay", "Milliseconds"),
    ]
    .map(|(name, unit)| json!({ "Name": name, "Unit": unit }));
    let expected = json!({
        "_aws": {
            "Timestamp": NOW,
            "CloudWatchMetrics": [{ "Namespace": "Parlour", "Dimensions": [["Stack"]], "Metrics": defined }],
        },
        "Stack": "prod",
        "Sends": 1,
        "PushesSent": 2,
        "PushesGone": 1,
        "PushesQueued": 2_000,
        "SendLatency": [12.345],
        "FanOutDelay": [2_000.0, 1.5],
    });
    assert_eq!(lines, [expected]);
}

#[test]
fn nothing_recorded_is_nothing_written_and_nothing_is_written_twice() {
    let metrics = EmbeddedMetrics::new("prod");
    assert_eq!(lines(&metrics, || {}).len(), 0);
    assert_eq!(lines(&metrics, || metric::CONNECTS.add(1)).len(), 1);
    assert_eq!(lines(&metrics, || {}).len(), 0);
    assert_eq!(lines(&metrics, || metric::CONNECTS.add(0)).len(), 0);
    assert_eq!(lines(&metrics, || metric::CONNECTS.add(3))[0]["Connects"], 3);
}

#[test]
fn more_values_than_fit_into_a_line_go_on_in_the_next() {
    let metrics = EmbeddedMetrics::new("prod");
    let lines = lines(&metrics, || {
        metric::PUSHES_SENT.add(5);
        for number in 0..250 {
            metric::FAN_OUT_DELAY.record(Duration::from_millis(number));
        }
    });
    let values = |line: &Value| line["FanOutDelay"].as_array().unwrap().clone();
    assert_eq!(
        lines.iter().map(|line| values(line).len()).collect::<Vec<_>>(),
        [100, 100, 50]
    );
    assert_eq!(lines.iter().flat_map(values).last(), Some(json!(249.0)));
    assert_eq!(lines.iter().filter(|line| line.get("PushesSent").is_some()).count(), 1);
}

#[test]
fn every_metric_is_collected_and_no_other() {
    let metrics = EmbeddedMetrics::new("prod");
    let lines = lines(&metrics, || {
        for (name, unit) in metric::NAMES {
            match unit {
                Unit::Count => metrics::counter!(name).increment(1),
                Unit::Milliseconds => metrics::histogram!(name).record(1.0),
            }
        }
        metrics::counter!("of_a_library").increment(1);
        metrics::histogram!("Sends").record(1.0);
        metrics::gauge!("Sends").set(1.0);
    });
    let members = lines[0].as_object().unwrap();
    assert_eq!(members.len(), metric::NAMES.len() + 2);
    for (name, _) in metric::NAMES {
        assert!(members.contains_key(name), "{name}");
    }
    assert_eq!(members["Sends"], 1);
}
