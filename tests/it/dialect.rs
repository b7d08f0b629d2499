//! Clients of other services, as these services' documents and sources have them.

mod callsewa;
mod callsewa_rest;
mod chat_panel;
mod chat_panel_rest;
mod facebook_clone;
mod facebook_clone_rest;
mod go_chat;
mod go_chat_rest;
mod mixed;
mod rest;
mod socket_io;
mod sourceloop;
