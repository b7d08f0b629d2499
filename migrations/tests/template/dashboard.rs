//! The dashboard's body, which is JSON inside the template.

use serde_json::Value;

use crate::document::{at, resources, text};

/// Metrics that a dashboard may have without a charge.
const FREE: usize = 50;

/// One line of a graph: namespace, name, then dimension and value by turns.
pub(crate) type Line = Vec<String>;

/// All lines of all graphs.
pub(crate) fn lines() -> Vec<Line> {
    let dashboards = resources("AWS::CloudWatch::Dashboard");
    assert_eq!(dashboards.len(), 1);
    let body = text(at(dashboards[0].body, &["Properties", "DashboardBody"]).unwrap());
    let body: Value = serde_json::from_str(body.strip_prefix("Sub ").unwrap()).unwrap();
    let widgets = body["widgets"].as_array().unwrap();
    let metrics = widgets
        .iter()
        .flat_map(|widget| widget["properties"]["metrics"].as_array().unwrap());
    metrics
        .map(|metric| {
            let words = metric.as_array().unwrap().iter();
            words.filter_map(Value::as_str).map(str::to_owned).collect()
        })
        .collect()
}

#[test]
fn it_costs_nothing() {
    assert!(lines().len() <= FREE, "{}", lines().len());
}

#[test]
fn graphs_do_not_overlap() {
    let body = at(
        resources("AWS::CloudWatch::Dashboard")[0].body,
        &["Properties", "DashboardBody"],
    );
    let body: Value = serde_json::from_str(text(body.unwrap()).strip_prefix("Sub ").unwrap()).unwrap();
    let mut places: Vec<(u64, u64)> = Vec::new();
    for widget in body["widgets"].as_array().unwrap() {
        assert_eq!(
            (widget["width"].as_u64(), widget["height"].as_u64()),
            (Some(8), Some(6))
        );
        places.push((widget["x"].as_u64().unwrap(), widget["y"].as_u64().unwrap()));
    }
    let all = places.len();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), all);
    assert!(places.iter().all(|(x, y)| x % 8 == 0 && *x < 24 && y % 6 == 0));
}
