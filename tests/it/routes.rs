//! Every REST route and every WebSocket action, with a valid request each, and who may do it: the one table that the suites
//! on authorisation and on malformed input go through.

mod actions;
mod actor;
mod table;
mod world;

use std::collections::BTreeSet;

use crate::harness::Backend;

pub(crate) use actions::{ACTIONS, Action, READING, Visitor};
pub(crate) use actor::Actor;
pub(crate) use table::{ROUTES, Route};
pub(crate) use world::{Cast, World};

/// Method and path of every route that the server documents.
pub(crate) async fn documented(backend: &Backend) -> BTreeSet<(String, String)> {
    let openapi = backend.get("/docs/openapi.json").await.expect(200);
    let mut routes = BTreeSet::new();
    for (path, methods) in openapi["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            routes.insert((method.to_uppercase(), path.clone()));
        }
    }
    routes
}
