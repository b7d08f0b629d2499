//! `contract`: the descriptions of REST and WebSocket are valid, and a running `parlour` answers as the one of REST says.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::scratch::Scratch;
use crate::session::{Outcome, Session};
use crate::tools::contract::Tools;
use crate::tools::gateway::Gateway;
use crate::tools::http;

/// For one linter.
const LINT: Duration = Duration::from_secs(2 * 60);

/// For all requests with one credential: 4,000 take 20 s.
const REQUESTS: Duration = Duration::from_secs(10 * 60);

/// Lints both, then tries every operation as the backend and as a user.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    let tools = match Tools::find_or_install(session)? {
        Ok(tools) => tools,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
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
    session.run(&mut tools.lint_openapi(session, &fetched("openapi.json")?), LINT)?;
    session.run(&mut tools.lint_asyncapi(session, &fetched("asyncapi.json")?), LINT)?;
    let (key, user) = (said(&ready, "client_key")?, said(&ready, "user_id")?);
    for credential in [key.to_owned(), format!("{key}.{user}")] {
        session.run(&mut tools.schemathesis(session, url, &credential), REQUESTS)?;
    }
    gateway.stop()?;
    Ok(Outcome::Passed)
}

fn said<'a>(ready: &'a Value, name: &str) -> Result<&'a str> {
    let value = ready[name].as_str();
    value.with_context(|| format!("the ready file does not say `{name}`"))
}
