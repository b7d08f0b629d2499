//! What alarms and dashboard look at is what the functions record.

use std::collections::BTreeSet;

use parlour_service::metric::{NAMES, Unit};
use saphyr::Yaml;

use crate::dashboard::lines;
use crate::document::{Resource, at, items, resources, text};

const DEPLOY: &str = include_str!("../../../docs/deploy.md");
const OPERATE: &str = include_str!("../../../docs/operate.md");

/// Of the metrics that the functions record.
const NAMESPACE: &str = "Parlour";
const DIMENSION: &str = "Stack";

fn recorded() -> BTreeSet<String> {
    NAMES.iter().map(|(name, _)| (*name).to_owned()).collect()
}

fn alarms() -> Vec<Resource> {
    resources("AWS::CloudWatch::Alarm")
}

fn name(alarm: &Resource) -> String {
    let name = alarm.text("AlarmName");
    name.strip_prefix("Sub ${AWS::StackName}-").unwrap().to_owned()
}

#[test]
fn the_dashboard_shows_each_and_no_other() {
    let own = lines().into_iter().filter(|line| line[0] == NAMESPACE);
    let shown: BTreeSet<String> = own
        .map(|line| {
            assert_eq!(line[2..], [DIMENSION, "${AWS::StackName}"], "{line:?}");
            line[1].clone()
        })
        .collect();
    assert_eq!(shown, recorded());
}

#[test]
fn alarms_watch_what_is_recorded() {
    let recorded = recorded();
    let own: Vec<Resource> = alarms()
        .into_iter()
        .filter(|alarm| alarm.text("Namespace") == NAMESPACE)
        .collect();
    assert!(!own.is_empty());
    for alarm in own {
        let metric = alarm.text("MetricName");
        assert!(recorded.contains(&metric), "{}: {metric}", alarm.id);
        let dimensions = items(at(alarm.body, &["Properties", "Dimensions"]).unwrap());
        let dimensions: Vec<_> = dimensions
            .into_iter()
            .map(|one| (text(at(one, &["Name"]).unwrap()), text(at(one, &["Value"]).unwrap())))
            .collect();
        assert_eq!(dimensions, [(DIMENSION.to_owned(), "Ref AWS::StackName".to_owned())]);
    }
}

#[test]
fn a_percentile_is_of_what_is_timed() {
    for alarm in alarms() {
        let metric = alarm.text("MetricName");
        let Some((_, unit)) = NAMES.iter().find(|(name, _)| *name == metric) else {
            continue;
        };
        let timed = !alarm.text("ExtendedStatistic").is_empty();
        assert_eq!(timed, *unit == Unit::Milliseconds, "{}", alarm.id);
    }
}

#[test]
fn each_alarm_can_be_heard_and_is_explained() {
    for alarm in alarms() {
        let name = name(&alarm);
        let heard = alarm.text("AlarmActions");
        assert_eq!(
            heard, "If AlarmsAreHeard, Ref AlarmTopicArn, Ref AWS::NoValue",
            "{name}"
        );
        let heading = format!("\n### `{name}`\n");
        assert!(
            OPERATE.contains(&heading),
            "docs/operate.md says nothing about `{name}`"
        );
    }
    let headings = OPERATE.lines().filter(|line| line.starts_with("### `"));
    assert_eq!(headings.count(), alarms().len());
}

/// Each metric that an alarm looks at costs.
#[test]
fn the_costs_of_the_alarms_are_told() {
    let looked_at: usize = alarms()
        .iter()
        .map(|alarm| {
            let Some(metrics) = at(alarm.body, &["Properties", "Metrics"]) else {
                return 1;
            };
            let from_cloud_watch = |metric: &&Yaml<'static>| at(metric, &["MetricStat"]).is_some();
            items(metrics).into_iter().filter(from_cloud_watch).count()
        })
        .sum();
    let told = format!("{} alarms look at {looked_at} metrics", alarms().len());
    assert!(DEPLOY.contains(&told), "docs/deploy.md does not say: {told}");
}
