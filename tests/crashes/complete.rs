//! The table names everything that there is: a new operation without a row is found here.

use std::collections::BTreeSet;

use parlour_protocol::frame;

use crate::operations::all;
use crate::run::in_time;
use crate::world::World;

/// Routes that have a row, or that should.
fn covered(is_route: bool) -> BTreeSet<String> {
    let names = all().map(|operation| operation.step.name);
    let other = ["$connect", "$disconnect", "fan_out", "sweep"];
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
