//! The template of the deployment (`infra/template.yaml`) against the code that it deploys: tables, routes, the queue, metrics,
//! functions and what each function may do.

#![expect(clippy::unwrap_used, reason = "a test says what failed by panicking")]

mod dashboard;
mod document;
mod files;
mod functions;
mod metrics;
mod policies;
mod queue;
mod routes;
mod tables;
