//! Input that no client should send: it is refused with a documented code, stores nothing and ends nothing.

mod bodies;
mod credentials;
mod forms;
mod frames;
mod junk;
mod limits;
mod paths;
