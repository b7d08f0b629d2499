//! Who may do what: every route and every action for everyone, and nothing that crosses from one app to another.

mod actions;
mod gone;
mod routes;
mod states;
mod tenants;
