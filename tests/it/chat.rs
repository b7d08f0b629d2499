//! Chatting as the protocol's README describes it.

mod bans;
mod changes;
mod connections;
mod credentials;
mod direct;
mod first_steps;
mod hello;
mod history;
mod idempotency;
mod large_room;
mod members;
mod notices;
mod origins;
mod reactions;
mod resume;
mod roles;
mod room_keys;
mod room_settings;
mod rooms;
mod sending;
mod threads;
mod truncation;
mod users;
mod vanished;
