//! The template of the deployment (`infra/template.yaml`) against the code that it deploys: tables, routes, functions and what
//! each function may do.

#![expect(clippy::unwrap_used, reason = "a test says what failed by panicking")]

mod document;
mod functions;
mod policies;
mod routes;
mod tables;
