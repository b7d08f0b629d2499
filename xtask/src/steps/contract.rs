//! `contract`: the descriptions of REST and WebSocket are valid, and a running `parlour` answers as the one of REST says.
//!
//! What cannot be installed is left out and named; where nothing can, the step is skipped. It ends within four minutes; `cargo xtask soak`
//! makes 25 times as many requests.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::output;
use crate::scratch::Scratch;
use crate::session::{Outcome, Session};
use crate::tools::contract::{Programs, Tools, lint_asyncapi};
use crate::tools::gateway::Gateway;
use crate::tools::http;

/// For one linter.
const LINT: Duration = Duration::from_secs(30);

/// How many requests are made.
#[derive(Debug, Clone, Copy)]
struct Extent {
    /// Of each operation; `None`: as many as the settings say.
    examples: Option<u32>,
    /// For all of them with one credential: 4,000 take 20 s.
    limit: Duration,
}

const CHECK: Extent = Extent {
    examples: None,
    limit: Duration::from_secs(90),
};

const SOAK: Extent = Extent {
    examples: Some(500),
    limit: Duration::from_secs(40 * 60),
};

/// Lints both, then tries every operation as the backend and as a user.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    look(session, CHECK)
}

/// The same with many more requests.
pub(crate) fn soak(session: &Session) -> Result<Outcome> {
    look(session, SOAK)
}

fn look(session: &Session, extent: Extent) -> Result<Outcome> {
    let tools = Tools::find_or_install(session)?;
    if let (Err(programs), Err(packages)) = (&tools.programs, &tools.packages) {
        return Ok(Outcome::Skipped(format!("{programs}; {packages}")));
    }
    let gateway = Gateway::start(session)?;
    let ready: Value = serde_json::from_str(&fs::read_to_string(gateway.ready_file())?)?;
    let url = said(&ready, "http")?;
    let port = url.rsplit(':').next().and_then(|port| port.parse().ok());
    let port: u16 = port.with_context(|| format!("{url} names no port"))?;
    let scratch = Scratch::new()?;
    let fetched = |name: &str| -> Result<_> {
        let file = scratch.file(name);
        fs::write(&file, http::get(port, &format!("/docs/{name}"))?)?;
        Ok(file)
    };
    match &tools.packages {
        Ok(packages) => session.run(&mut lint_asyncapi(session, packages, &fetched("asyncapi.json")?), LINT)?,
        Err(reason) => output::say(&format!("the description of the WebSocket is not looked at: {reason}")),
    }
    match &tools.programs {
        Ok(programs) => of_rest(session, programs, (url, &ready), (&fetched("openapi.json")?, extent))?,
        Err(reason) => output::say(&format!("the description of REST is not looked at: {reason}")),
    }
    gateway.stop()?;
    Ok(Outcome::Passed)
}

fn of_rest(
    session: &Session,
    programs: &Programs,
    (url, ready): (&str, &Value),
    (description, extent): (&Path, Extent),
) -> Result<()> {
    session.run(&mut programs.lint_openapi(session, description), LINT)?;
    let (key, user) = (said(ready, "client_key")?, said(ready, "user_id")?);
    for credential in [key.to_owned(), format!("{key}.{user}")] {
        let mut requests = programs.schemathesis(session, url, &credential);
        if let Some(examples) = extent.examples {
            requests.args(["--max-examples", &examples.to_string()]);
        }
        session.run(&mut requests, extent.limit)?;
    }
    Ok(())
}

fn said<'a>(ready: &'a Value, name: &str) -> Result<&'a str> {
    let value = ready[name].as_str();
    value.with_context(|| format!("the ready file does not say `{name}`"))
}
