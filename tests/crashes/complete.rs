//! The table names everything that there is: a new operation without a row is found here.

use std::collections::BTreeSet;

use parlour_handlers::FUNCTIONS;
use parlour_handlers::functions::action_route;
use parlour_protocol::frame;
use parlour_service::live::Task;

use crate::gathered;
use crate::operations::{JOBS, all};
use crate::run::in_time;
use crate::world::World;

/// Routes that have a row, or that should.
fn covered(is_route: bool) -> BTreeSet<String> {
    let names = all().map(|operation| operation.step.name);
    let other = ["authorizer", "$connect", "$disconnect", "fan_out", "events", "sweep"];
    names
        .filter(|name| name.contains(' ') == is_route && !other.contains(name))
        .map(|name| name.split('?').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn every_route_that_is_no_get_has_a_row() {
    let openapi = in_time(async { World::new().await.openapi().await });
    // Only a server that tells webhooks has deliveries; the store's tests cut off what a replay writes.
    let elsewhere = "POST /webhook/{webhook_id}/delivery/{delivery_id}/replay";
    let mut routes = BTreeSet::new();
    for (path, methods) in openapi["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|method| *method != "get") {
            routes.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    assert!(routes.remove(elsewhere));
    assert_eq!(covered(true), routes);
}

#[test]
fn every_action_has_a_row() {
    let actions: BTreeSet<String> = frame::ACTIONS.iter().map(|action| (*action).to_owned()).collect();
    assert_eq!(covered(false), actions);
}

#[test]
fn every_kind_of_job_has_a_row() {
    // The kinds as the code that reads them names them, in its refusal of one that there is not.
    let refusal = serde_json::from_str::<Task>(r#"{ "app": "app", "task": "?" }"#)
        .unwrap_err()
        .to_string();
    let (_, known) = refusal.split_once("expected one of ").expect("a list");
    let kinds: BTreeSet<&str> = known.split('`').skip(1).step_by(2).collect();
    let jobs = JOBS.iter().filter(|job| job.operation.step.name == "fan_out");
    let covered: BTreeSet<&str> = jobs.map(|job| job.kind).chain([gathered::KIND]).collect();
    assert_eq!(covered, kinds);
}

#[test]
fn every_function_has_a_row() {
    let jobs = JOBS.iter().map(|job| job.operation.step.name);
    let names = all().map(|operation| operation.step.name).chain(jobs);
    let function =
        |name: &'static str| action_route(name).map_or(name.trim_start_matches('$'), |(_, function)| function);
    let covered: BTreeSet<&str> = names.filter(|name| !name.contains(' ')).map(function).collect();
    // `outbox.rs` ends `deliver` at each of its calls.
    let functions: BTreeSet<&str> = FUNCTIONS.into_iter().filter(|name| *name != "deliver").collect();
    assert_eq!(covered, functions);
}
