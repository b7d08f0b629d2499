//! `target-cargo-lambda`: the end-to-end suite through the gateway, which calls the functions by the Lambda API of
//! cargo-lambda, with DynamoDB Local underneath.
//!
//! The functions are the programs for AWS, started here: `cargo lambda watch` would build each of them a second time.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{conformance, page};
use crate::scratch::Scratch;
use crate::session::{Outcome, Session};
use crate::suite::{self, Target};
use crate::tools::cargo_lambda::LambdaApis;
use crate::tools::functions::{self, Functions, Variable};
use crate::tools::gateway::Gateway;
use crate::tools::http;
use crate::{output, process};

/// Tables of its own: others use the same DynamoDB Local.
const TABLE_PREFIX: &str = "suite-";

/// Invocations at once: with a hundred waiting, cargo-lambda's server stops answering altogether.
const CONCURRENCY: &str = "32";

/// More tests than processors: each mostly waits for other processes.
const THREADS: usize = 8;

/// Starts everything, then runs the suite.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    let dynamodb = match session.dynamodb()? {
        Ok(local) => local.address(),
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    if let Err(reason) = session.functions()? {
        return Ok(Outcome::Skipped(reason));
    }
    let apis = match LambdaApis::start(session, &session.cache.join("cargo-lambda.log"))? {
        Ok(apis) => apis,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let scratch = Scratch::new()?;
    let place = Place {
        dynamodb,
        listen: format!("127.0.0.1:{}", http::free_port()?),
        scratch: &scratch,
    };
    let environment = place.function_environment(session)?;
    let log = session.cache.join("functions.log");
    let mut functions = Functions::start(session, &apis, &environment, &log)?;
    let gateway = place.start_gateway(session, &apis)?;
    functions.must_be_running()?;
    let ready_file = place.ready_file(session, &gateway, &environment)?;
    let target = Target {
        name: "cargo-lambda",
        ready_file: &ready_file,
        threads: THREADS,
        requests: None,
        heavy: "0.1",
    };
    let ran = suite::run(session, &target)
        .and_then(|()| page::image(session, &gateway.ready_file()))
        .and_then(|image| conformance::check(session, &gateway.ready_file()).map(|()| image));
    functions.must_be_running()?;
    if let Err(reason) = ran.with_context(|| format!("the functions' log is {}", log.display()))? {
        output::say(&format!("no image went from browser to browser: {reason}"));
    }
    gateway.stop()?;
    Ok(Outcome::Passed)
}

/// Where the parts find each other.
struct Place<'a> {
    dynamodb: String,
    /// The gateway's address. Functions are told before it starts.
    listen: String,
    scratch: &'a Scratch,
}

impl Place<'_> {
    /// What `parlour function-environment` says.
    fn function_environment(&self, session: &Session) -> Result<Vec<Variable>> {
        let mut command = self.parlour(session, &["function-environment", "--listen", &self.listen])?;
        let (status, text) = process::output(&mut command, session.within(Duration::from_secs(60))?)?;
        if !status.success() {
            bail!("`parlour function-environment`: {status}");
        }
        Ok(functions::variables(&text))
    }

    fn start_gateway(&self, session: &Session, apis: &LambdaApis) -> Result<Gateway> {
        let mut command = self.parlour(session, &["serve", "--invoke", &apis.address()])?;
        command.args(["--listen", &self.listen, "--invoke-concurrency", CONCURRENCY]);
        let gateway = Gateway::start_command(command)?;
        output::say(&format!(
            "gateway at http://{}, functions at {}",
            self.listen,
            apis.address()
        ));
        Ok(gateway)
    }

    /// The gateway's ready file, and what the suite needs beside: how apps are made, what signs tokens, the tables.
    fn ready_file(&self, session: &Session, gateway: &Gateway, environment: &[Variable]) -> Result<PathBuf> {
        let text = std::fs::read_to_string(gateway.ready_file()).context("read the gateway's ready file")?;
        let mut ready: Value = serde_json::from_str(&text).context("read the gateway's ready file")?;
        let keys = environment.iter().find(|(name, _)| name == "PARLOUR_SIGNING_KEYS");
        let (_, keys) = keys.context("the functions' environment has no signing keys")?;
        ready["signing_keys"] = json!(keys);
        ready["operator"] = suite::operator(&self.parlour(session, &["app", "create"])?);
        ready["dynamodb"] = json!({
            "endpoint": self.dynamodb,
            "table_prefix": TABLE_PREFIX,
        });
        let file = self.scratch.file("suite.json");
        std::fs::write(&file, ready.to_string()).context("write the suite's file")?;
        Ok(file)
    }

    /// A command on these tables, with the gateway's own pair of keys.
    fn parlour(&self, session: &Session, words: &[&str]) -> Result<Command> {
        let mut command = session.command(session.program("parlour")?);
        command.args(words);
        command.args(["--dynamodb-endpoint", &self.dynamodb, "--table-prefix", TABLE_PREFIX]);
        command.arg("--data").arg(self.scratch.file("data"));
        // The identity providers of the suite are on this machine.
        command.env("PARLOUR_PRIVATE_URLS", "true");
        for variable in [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_PROFILE",
        ] {
            command.env_remove(variable);
        }
        Ok(command)
    }
}
