//! One function of the stack deployed again by `cargo lambda deploy`, as `docs/deploy.md` says: only the code may change.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{LIMIT, STACK, Stack};
use crate::session::OrReason;
use crate::suite::{self, Target};
use crate::tools::cargo_lambda;
use crate::{output, process};

/// Which function, and a test that needs it, its rights and its environment.
const FUNCTION: &str = "send_message";
const TEST: &str = "chat::first_steps::a_message_and_its_event";

/// A function's configuration as one line of JSON.
const READ_CONFIGURATION: &str = "import boto3, json, os
told = boto3.client('lambda').get_function_configuration(FunctionName=os.environ['FUNCTION'])
kept = ('Role', 'Handler', 'Runtime', 'Architectures', 'MemorySize', 'Timeout', 'Environment')
print(json.dumps({'at': told['LastModified'], 'kept': {name: told.get(name) for name in kept}}))
";

/// Deploys it and runs the test; a reason where there is no cargo-lambda.
pub(super) fn check(stack: &Stack<'_>, target: &Target<'_>) -> OrReason<()> {
    let folder = match stack.session.functions()? {
        Ok(folder) => folder,
        Err(reason) => return Ok(Err(reason)),
    };
    let mut command = match cargo_lambda::command(stack.session)? {
        Ok(command) => command,
        Err(reason) => return Ok(Err(reason)),
    };
    let before = configuration(stack)?;
    command.args(["deploy", "--binary-name", FUNCTION, "--lambda-dir"]);
    command.arg(folder).arg(name());
    stack.ministack.serve(&mut command);
    output::say(&format!("$ {}", process::described(&command)));
    process::logged(
        &mut command,
        stack.session.within(LIMIT)?,
        &stack.log("lambda-deploy.log"),
    )?;
    let after = configuration(stack)?;
    ensure!(
        after["at"] != before["at"],
        "`cargo lambda deploy` left {} as it was",
        name()
    );
    ensure!(
        after["kept"] == before["kept"],
        "`cargo lambda deploy` changed more than the code of {}",
        name()
    );
    suite::run_alone(stack.session, target, TEST)?;
    Ok(Ok(()))
}

fn name() -> String {
    format!("{STACK}-{FUNCTION}")
}

fn configuration(stack: &Stack<'_>) -> Result<Value> {
    let mut command = stack.sam.python(stack.session);
    stack.ministack.serve(&mut command);
    command.args(["-c", READ_CONFIGURATION]).env("FUNCTION", name());
    let (status, text) = process::output(&mut command, stack.session.within(LIMIT)?)?;
    ensure!(
        status.success(),
        "the configuration of {} cannot be read: {status}",
        name()
    );
    serde_json::from_str(&text).context("read the configuration of a function")
}
