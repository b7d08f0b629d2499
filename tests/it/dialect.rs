//! Clients of other services, as these services' documents and sources have them.

mod facebook_clone;
mod go_chat;
mod mixed;
