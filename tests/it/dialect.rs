//! Clients of other services, as they are.

mod facebook_clone_rest;
mod go_chat_rest;
mod rest;
