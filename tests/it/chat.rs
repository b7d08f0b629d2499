//! Chatting as the protocol's README describes it.

mod connections;
mod credentials;
mod direct;
mod first_steps;
mod history;
mod idempotency;
mod members;
mod notices;
mod origins;
mod resume;
mod rooms;
mod sending;
mod users;
