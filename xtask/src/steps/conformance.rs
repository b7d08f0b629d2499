//! The clients of other services as people have them, against a server that is running already: part of the steps of every target.

use std::path::Path;

use anyhow::Result;

use super::page;
use crate::output;
use crate::places;
use crate::session::{OrReason, Session};
use crate::tools::node;

/// Runs every test in `tests/conformance`; where it cannot, prints why.
pub(super) fn check(session: &Session, ready_file: &Path) -> Result<()> {
    if let Err(reason) = run(session, ready_file)? {
        output::say(&format!("not with the clients of other services: {reason}"));
    }
    Ok(())
}

fn run(session: &Session, ready_file: &Path) -> OrReason<()> {
    if places::on_path(&["curl"]).is_none() {
        return Ok(Err("curl is not installed".to_owned()));
    }
    page::in_browsers(session, (node::CONFORMANCE, "test"), ready_file)
}
