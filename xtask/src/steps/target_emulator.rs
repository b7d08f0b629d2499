//! `target-emulator`: `sam build` and `sam deploy` into MiniStack, then the end-to-end suite through its API Gateway.
//!
//! The template and the functions are the ones for AWS. The emulator enforces the policies of the functions' roles.

mod redeploy;
mod scripts;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use self::scripts::{PUT_SIGNING_KEYS, READ_BUS, READ_WARNINGS, SEND_EVENT, WATCH_BUS};
use super::{conformance, page};
use crate::scratch::Scratch;
use crate::session::{OrReason, Outcome, Session};
use crate::suite::{self, Target};
use crate::tools::edge::{Behind, Edge};
use crate::tools::ministack::{ACCESS_KEY, MiniStack};
use crate::tools::sam::Sam;
use crate::tools::{parlour, secret};
use crate::{output, process};

const LIMIT: Duration = Duration::from_secs(10 * 60);

/// As in `samconfig.toml`.
const STACK: &str = "parlour";

/// A function call of the emulator is mostly waiting: several times as many tests as processors.
const THREADS: usize = 8;

/// A call holds one of the emulator's 64 threads for as long as it runs, and the function behind it needs others for what it asks of the
/// emulator: 200 at once, each in a new process, wait for each other until all of them give up.
const REQUESTS: usize = 24;

/// Deploys, then runs the suite.
pub(super) fn check(session: &Session) -> Result<Outcome> {
    let sam = match Sam::find_or_install(session)? {
        Ok(sam) => sam,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let functions = match session.functions()? {
        Ok(functions) => functions,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let scratch = Scratch::new()?;
    let log = session.cache.join("ministack.log");
    let ministack = match MiniStack::start(session, scratch.path(), &log)? {
        Ok(ministack) => ministack,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let mut stack = Stack {
        session,
        sam: &sam,
        ministack,
        scratch: &scratch,
    };
    let ready_file = scratch.file("ready.json");
    let mut ready = stack.deploy(functions)?;
    let mut edge = match stack.edge(&ready)? {
        Ok(edge) => edge,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    ready["edge"] = edge.url().into();
    std::fs::write(&ready_file, ready.to_string()).context("write the ready file")?;
    let target = Target {
        name: "emulator",
        ready_file: &ready_file,
        threads: THREADS,
        requests: Some(REQUESTS),
        heavy: "0.01",
    };
    let ran = suite::run(session, &target);
    stack.ministack.must_be_running()?;
    edge.must_be_running()?;
    let ran = ran.and_then(|()| stack.aws(READ_BUS, "read-bus.log").context("the event bus"));
    let ran = ran.and_then(|()| stack.send_event(&ready).context("the queue of events"));
    let ran = ran.and_then(|()| stack.browsers(&ready));
    if ran.is_err() {
        output::say(&stack.read_warnings());
    }
    if let Err(reason) = ran.with_context(|| format!("the emulator's log is {}", log.display()))? {
        output::say(&format!("no image went from browser to browser: {reason}"));
    }
    if let Err(reason) = redeploy::check(&stack, &target)? {
        output::say(&format!("`cargo lambda deploy` was not tried: {reason}"));
    }
    Ok(Outcome::Passed)
}

/// What the deployment needs.
struct Stack<'a> {
    session: &'a Session,
    sam: &'a Sam,
    ministack: MiniStack,
    scratch: &'a Scratch,
}

impl Stack<'_> {
    /// Everything that `infra/README.md` tells a user to do; what the suite has to know.
    fn deploy(&self, functions: &Path) -> Result<Value> {
        let signing_keys = format!("local:{}", secret::random()?);
        timed("the signing key", || self.put_signing_keys(&signing_keys))?;
        timed("sam build", || self.build(functions))?;
        timed("sam deploy", || self.deploy_template())?;
        timed("the rule of the event bus", || self.aws(WATCH_BUS, "watch-bus.log"))?;
        let outputs = self.outputs()?;
        let app = parlour::create_app(self.session, self.create_app()?, "suite")?;
        Ok(json!({
            "http": output_of(&outputs, "RestUrl")?,
            "ws": output_of(&outputs, "WebSocketUrl")?,
            "app_id": app.id,
            "client_key": app.client_key,
            "signing_keys": signing_keys,
            "operator": suite::operator(&self.create_app()?),
            "dynamodb": {
                "endpoint": self.ministack.address(),
                "table_prefix": "parlour-",
                "access_key_id": ACCESS_KEY,
                "secret_access_key": ACCESS_KEY,
            },
        }))
    }

    /// What stands in front of both APIs, for clients of other services.
    fn edge(&self, ready: &Value) -> OrReason<Edge> {
        let url = |name: &str| ready[name].as_str().unwrap_or_default();
        let behind = Behind {
            authority: &self.ministack.authority(),
            websocket: url("ws"),
            rest: url("http"),
        };
        Edge::start(self.session, behind)
    }

    /// The emulator looks at signatures, so the SDK makes the call.
    fn put_signing_keys(&self, keys: &str) -> Result<()> {
        let mut command = self.sam.python(self.session);
        self.ministack.serve(&mut command);
        command.args(["-c", PUT_SIGNING_KEYS]).env("SIGNING_KEYS", keys);
        process::logged(
            &mut command,
            self.session.within(LIMIT)?,
            &self.log("put-parameter.log"),
        )
    }

    /// Runs a script with the SDK: the emulator looks at signatures.
    fn aws(&self, script: &str, log: &str) -> Result<()> {
        let mut command = self.sam.python(self.session);
        self.ministack.serve(&mut command);
        command.args(["-c", script]);
        process::logged(&mut command, self.session.within(LIMIT)?, &self.log(log))
    }

    /// From one browser through the bucket to another. These find the API by the edge: not every machine knows the emulator's names.
    /// Then the clients of other services, who come by the edge in any case.
    fn browsers(&self, ready: &Value) -> OrReason<()> {
        let mut ready = ready.clone();
        ready["http"] = ready["edge"].clone();
        let file = self.scratch.file("browser.json");
        std::fs::write(&file, ready.to_string()).context("write the browsers' file")?;
        let image = page::image(self.session, &file)?;
        conformance::check(self.session, &file)?;
        Ok(image)
    }

    /// The one function that nobody calls.
    fn send_event(&self, ready: &Value) -> Result<()> {
        let text = |name: &str| ready[name].as_str().unwrap_or_default();
        let queue = output_of(&self.outputs()?, "EventsQueueUrl")?;
        let mut command = self.sam.python(self.session);
        self.ministack.serve(&mut command);
        command.args(["-c", SEND_EVENT]);
        command.env("QUEUE_URL", queue).env("APP_ID", text("app_id"));
        command
            .env("REST_URL", text("edge"))
            .env("CLIENT_KEY", text("client_key"));
        let limit = self.session.within(LIMIT)?;
        process::logged(&mut command, limit, &self.log("send-event.log"))
    }

    /// Where the functions' warnings are, or why they cannot be had: what failed is told in any case.
    fn read_warnings(&self) -> String {
        let mut command = self.sam.python(self.session);
        self.ministack.serve(&mut command);
        command.args(["-c", READ_WARNINGS]);
        let file = self.log("emulated-functions.log");
        let read = self
            .session
            .within(LIMIT)
            .and_then(|limit| process::logged(&mut command, limit, &file));
        match read {
            Ok(()) => format!("what the functions warned of is in {}", file.display()),
            Err(error) => format!("the functions' logs cannot be read: {error:#}"),
        }
    }

    fn build(&self, functions: &Path) -> Result<()> {
        let mut command = self.sam("build");
        command.env("PARLOUR_BINARIES", functions);
        command.arg("--build-dir").arg(self.scratch.file("build"));
        self.run(command, "sam-build.log")
    }

    fn deploy_template(&self) -> Result<()> {
        let mut command = self.sam("deploy");
        let template = self.scratch.file("build").join("template.yaml");
        command.arg("--template-file").arg(template);
        // These replace the ones in `samconfig.toml`: the port is any free one.
        command.arg("--parameter-overrides").args([
            format!("EmulatorAddress={}", self.ministack.authority()),
            format!("Architecture={}", architecture()),
            "DeletionProtection=false".to_owned(),
            "EventBusName=default".to_owned(),
        ]);
        self.run(command, "sam-deploy.log")
    }

    /// The command that makes an app in the stack's tables, but for the name.
    fn create_app(&self) -> Result<Command> {
        let mut command = self.session.command(self.session.program("parlour")?);
        command.args(["app", "create", "--dynamodb-endpoint", &self.ministack.address()]);
        command.arg("--data").arg(self.scratch.file("data"));
        self.ministack.serve(&mut command);
        Ok(command)
    }

    fn outputs(&self) -> Result<Value> {
        let mut command = self.sam("list");
        command.args(["stack-outputs", "--stack-name", STACK, "--output", "json"]);
        let (status, text) = process::output(&mut command, self.session.within(LIMIT)?)?;
        if !status.success() {
            bail!("`sam list stack-outputs`: {status}");
        }
        serde_json::from_str(&text).context("read the outputs of the stack")
    }

    /// A command of the SAM CLI that can reach nothing but the emulator.
    fn sam(&self, subcommand: &str) -> Command {
        let mut command = self.sam.sam(self.session);
        command.arg(subcommand);
        if subcommand != "list" {
            let settings = self.session.root.join("samconfig.toml");
            command
                .args(["--config-env", "emulator", "--config-file"])
                .arg(settings);
        }
        self.ministack.serve(&mut command);
        command
    }

    fn run(&self, mut command: Command, log: &str) -> Result<()> {
        output::say(&format!("$ {}", process::described(&command)));
        process::logged(&mut command, self.session.within(LIMIT)?, &self.log(log))
    }

    fn log(&self, name: &str) -> PathBuf {
        self.session.cache.join(name)
    }
}

fn timed(what: &str, act: impl FnOnce() -> Result<()>) -> Result<()> {
    let started = Instant::now();
    act()?;
    output::say(&format!("{what}: {}", output::time(started.elapsed())));
    Ok(())
}

fn output_of(outputs: &Value, name: &str) -> Result<String> {
    let mut rows = outputs.as_array().into_iter().flatten();
    let row = rows.find(|row| row["OutputKey"] == name);
    let value = row.and_then(|row| row["OutputValue"].as_str());
    Ok(value
        .with_context(|| format!("the stack has no output `{name}`"))?
        .to_owned())
}

/// This machine's, which is what the functions were built for, as Lambda calls it.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_found_by_its_name() {
        let outputs = json!([{ "OutputKey": "RestUrl", "OutputValue": "http://x" }]);
        assert_eq!(output_of(&outputs, "RestUrl").unwrap(), "http://x");
        assert!(output_of(&outputs, "Other").is_err());
    }
}
