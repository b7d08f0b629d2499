//! Processes of the functions, as Lambda would start them: each asks a runtime API for the next event.
//!
//! A process serves one event at a time, so busy functions have several. All are ended by process id when dropped.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};

use crate::process::Running;
use crate::session::Session;
use crate::tools::cargo_lambda::{self, LambdaApis};

/// Functions that serve most of the requests, and how many processes each has; the others have [`FEW`].
const BUSY: [(&str, u32); 4] = [("rest", 6), ("send_message", 4), ("default", 4), ("authorizer", 3)];
const FEW: u32 = 2;

/// Name and value.
pub(crate) type Variable = (String, String);

/// Running ones.
#[derive(Debug)]
pub(crate) struct Functions(Vec<Running>);

impl Functions {
    /// Starts all functions with one environment.
    pub(crate) fn start(session: &Session, apis: &LambdaApis, environment: &[Variable], log: &Path) -> Result<Self> {
        let folder = match session.functions()? {
            Ok(folder) => folder,
            Err(reason) => anyhow::bail!("there are no functions: {reason}"),
        };
        let log = File::create(log).with_context(|| format!("make {}", log.display()))?;
        let mut running = Vec::new();
        for name in session.function_names()? {
            for _ in 0..processes(&name) {
                let mut command = session.command(cargo_lambda::bootstrap(folder, &name));
                command
                    .env_clear()
                    .envs(environment.iter().cloned())
                    .env("AWS_LAMBDA_FUNCTION_NAME", &name)
                    .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
                    .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
                    .env("AWS_LAMBDA_RUNTIME_API", apis.runtime_api(&name));
                command.stdout(log.try_clone()?).stderr(log.try_clone()?);
                running.push(Running::start(&mut command)?);
            }
        }
        Ok(Self(running))
    }

    /// Fails once one has ended: none does by itself, whatever is asked of it.
    pub(crate) fn must_be_running(&mut self) -> Result<()> {
        self.0.iter_mut().try_for_each(Running::must_be_running)
    }
}

fn processes(name: &str) -> u32 {
    BUSY.iter()
        .find(|(busy, _)| *busy == name)
        .map_or(FEW, |(_, count)| *count)
}

/// Reads `NAME='VALUE'` lines, as `parlour function-environment` prints them.
pub(crate) fn variables(text: &str) -> Vec<Variable> {
    text.lines().filter_map(variable).collect()
}

/// Blank lines and comments are none.
fn variable(line: &str) -> Option<Variable> {
    let (name, value) = line.trim().split_once('=').filter(|(name, _)| !name.starts_with('#'))?;
    let bare = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\''));
    Some((name.to_owned(), bare.unwrap_or(value).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_read() {
        let text = "A='b=c'\n\n# D=e\nF=g\n";
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(variables(text), [pair("A", "b=c"), pair("F", "g")]);
        assert_eq!((processes("rest"), processes("sweep")), (6, FEW));
    }
}
