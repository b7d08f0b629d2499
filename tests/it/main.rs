//! What Parlour promises, checked from outside: REST and WebSocket clients against a running server.
//!
//! By default each test starts the built `parlour` binary on a free port. With `PARLOUR_TEST_READY_FILE` (the file that
//! `parlour serve --ready-file` writes) the tests use that server instead; those that need to stop, restart or read the
//! inside of a server start their own in any case, and those that need hours to pass run the same server here, with a clock that they
//! move. `PARLOUR_HEAVY` scales the tests with `heavy` in their names.

#![expect(clippy::unwrap_used, reason = "tests, and what only they use")]

mod authorisation;
mod chat;
mod dialect;
mod durability;
mod harness;
mod heavy_idle;
mod logs;
mod malformed;
mod routes;
