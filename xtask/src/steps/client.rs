//! `client`: the JavaScript client's modules alone, then client, plain frames, Socket.IO's own client and the clients of other services
//! against a running `parlour`.

use anyhow::Result;

use super::conformance;
use crate::session::{Outcome, Session};
use crate::tools::gateway::Gateway;
use crate::tools::node;

/// Runs every test in `tests/browser` that needs no browser, and those in `tests/socket-io` and `tests/conformance`.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    let tests = match node::prepare(session, node::BROWSER)? {
        Ok(tests) => tests,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    session.run(&mut tests.script(session, "test:client"), node::LIMIT)?;
    let gateway = Gateway::start(session)?;
    let mut command = tests.script(session, "test:ws");
    command.env("PARLOUR_READY_FILE", gateway.ready_file());
    session.run(&mut command, node::LIMIT)?;
    let library = match node::prepare(session, node::SOCKET_IO)? {
        Ok(tests) => tests,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let mut command = library.script(session, "test");
    command.env("PARLOUR_READY_FILE", gateway.ready_file());
    session.run(&mut command, node::LIMIT)?;
    conformance::check(session, &gateway.ready_file())?;
    gateway.stop()?;
    Ok(Outcome::Passed)
}
