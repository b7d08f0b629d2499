//! `page`: the page that `parlour` serves, in a headless Chromium, as a person would use it. Screenshots are kept.

use std::path::Path;

use anyhow::{Context, Result};

use crate::places;
use crate::session::{OrReason, Outcome, Session};
use crate::tools::gateway::Gateway;
use crate::tools::{chromium, node};

/// An image from one browser through the storage of a target to another; `ready_file` says where its REST is. A reason where there
/// is no browser.
pub(super) fn image(session: &Session, ready_file: &Path) -> OrReason<()> {
    in_browsers(session, (node::BROWSER, "test:image"), ready_file)
}

/// A script of a folder of tests that need a browser and a target. A reason where there is no browser.
pub(super) fn in_browsers(session: &Session, (folder, script): (&str, &str), ready_file: &Path) -> OrReason<()> {
    let tests = match node::prepare(session, folder)? {
        Ok(tests) => tests,
        Err(reason) => return Ok(Err(reason)),
    };
    let chromium = match chromium::find_or_install(session)? {
        Ok(chromium) => chromium,
        Err(reason) => return Ok(Err(reason)),
    };
    let mut command = tests.script(session, script);
    command
        .env("PARLOUR_READY_FILE", ready_file)
        .env("PARLOUR_CHROMIUM", chromium);
    session.run(&mut command, node::LIMIT)?;
    Ok(Ok(()))
}

/// Runs the browser test in `tests/browser`.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    let tests = match node::prepare(session, node::BROWSER)? {
        Ok(tests) => tests,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let chromium = match chromium::find_or_install(session)? {
        Ok(chromium) => chromium,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let artefacts = places::named("PARLOUR_ARTEFACTS").unwrap_or_else(|| session.root.join("artefacts"));
    std::fs::create_dir_all(&artefacts).with_context(|| format!("make {}", artefacts.display()))?;
    let gateway = Gateway::start(session)?;
    let mut command = tests.script(session, "test:page");
    command.env("PARLOUR_READY_FILE", gateway.ready_file());
    command
        .env("PARLOUR_CHROMIUM", chromium)
        .env("PARLOUR_ARTEFACTS", artefacts);
    session.run(&mut command, node::LIMIT)?;
    gateway.stop()?;
    Ok(Outcome::Passed)
}
