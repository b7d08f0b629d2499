//! Chatting as the protocol's README describes it.

mod changes;
mod connections;
mod credentials;
mod direct;
mod first_steps;
mod hello;
mod history;
mod idempotency;
mod kept;
mod large_room;
mod members;
mod notices;
mod origins;
mod reactions;
mod reading;
mod resume;
mod rooms;
mod sending;
mod threads;
mod unread;
mod users;
mod vanished;
