//! `contract`: the descriptions of REST and WebSocket are valid, and a running `parlour` answers as the one of REST says.
//!
//! What cannot be installed is left out and named; where nothing can, the step is skipped. It ends within four minutes.

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

/// For all requests with one credential: 4,000 take 20 s.
const REQUESTS: Duration = Duration::from_secs(90);

/// Lints both, then tries every operation as the backend and as a user.
pub(super) fn check(session: &Session) -> Result<Outcome> {
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
        Ok(programs) => of_rest(session, programs, (url, &ready), &fetched("openapi.json")?)?,
        Err(reason) => output::say(&format!("the description of REST is not looked at: {reason}")),
    }
    gateway.stop()?;
    Ok(Outcome::Passed)
}

fn of_rest(session: &Session, programs: &Programs, (url, ready): (&str, &Value), description: &Path) -> Result<()> {
    session.run(&mut programs.lint_openapi(session, description), LINT)?;
    let (key, user) = (said(ready, "client_key")?, said(ready, "user_id")?);
    for credential in [key.to_owned(), format!("{key}.{user}")] {
        session.run(&mut programs.schemathesis(session, url, &credential), REQUESTS)?;
    }
    Ok(())
}

fn said<'a>(ready: &'a Value, name: &str) -> Result<&'a str> {
    let value = ready[name].as_str();
    value.with_context(|| format!("the ready file does not say `{name}`"))
}
