//! Chatting as the protocol's README describes it.

mod blocks;
mod bulk;
mod changes;
mod connections;
mod credentials;
mod direct;
mod first_steps;
mod forward;
mod hello;
mod history;
mod idempotency;
mod large_room;
mod members;
mod notices;
mod origins;
mod presence;
mod reactions;
mod reports;
mod resume;
mod rooms;
mod sending;
mod suspension;
mod threads;
mod upsert;
mod users;
mod vanished;
