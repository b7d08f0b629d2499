//! Who may do what: every route and every action for everyone, and nothing that crosses from one app to another.

mod actions;
mod routes;
mod tenants;
