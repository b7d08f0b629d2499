//! cargo-lambda: builds the functions as Lambda runs them, and serves the Lambda APIs on this machine.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::Running;
use crate::session::{OrReason, Session};
use crate::tools::{http, python};

/// Pinned: another version may link differently. It links with Zig, so that a program starts on Lambda's older C library.
const PACKAGES: [&str; 2] = ["cargo-lambda==1.9.2", "ziglang==0.17.1"];

/// From nothing, on two busy cores.
const BUILD: Duration = Duration::from_secs(40 * 60);

/// From its start until it answers.
const START: Duration = Duration::from_secs(60);

/// A command of cargo-lambda, or why there is none.
pub(crate) fn command(session: &Session) -> OrReason<Command> {
    let programs = match python::programs(session, &PACKAGES)? {
        Ok(programs) => programs,
        Err(reason) => return Ok(Err(reason)),
    };
    let mut command = session.command(programs.join("cargo-lambda"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(programs).chain(std::env::split_paths(&path));
    // Zig is found through the environment's Python.
    command.arg("lambda").env("PATH", std::env::join_paths(folders)?);
    Ok(Ok(command))
}

/// Builds these packages for release in one call, as `FOLDER/NAME/bootstrap`.
pub(crate) fn build(session: &Session, packages: &[String], folder: &Path) -> OrReason<()> {
    let mut command = match command(session)? {
        Ok(command) => command,
        Err(reason) => return Ok(Err(reason)),
    };
    command
        .args(["build", "--release", "--locked", "--lambda-dir"])
        .arg(folder);
    for package in packages {
        command.args(["--package", package]);
    }
    session.run(&mut command, BUILD)?;
    for package in packages {
        let file = folder.join(package).join("bootstrap");
        if !file.is_file() {
            bail!("{} was not built", file.display());
        }
    }
    Ok(Ok(()))
}

/// The Lambda APIs on a loopback port: invocations for callers, the runtime's for functions.
#[derive(Debug)]
pub(crate) struct LambdaApis {
    port: u16,
    running: Running,
}

impl LambdaApis {
    /// Starts `cargo lambda watch` without functions. It knows those of this workspace by name.
    pub(crate) fn start(session: &Session, log: &Path) -> OrReason<Self> {
        let mut command = match command(session)? {
            Ok(command) => command,
            Err(reason) => return Ok(Err(reason)),
        };
        let port = http::free_port()?;
        command
            .args([
                "watch",
                "--only-lambda-apis",
                "--disable-cors",
                "--invoke-address",
                "127.0.0.1",
            ])
            .args(["--invoke-port", &port.to_string()]);
        let file = File::create(log).with_context(|| format!("make {}", log.display()))?;
        command.stdout(file.try_clone()?).stderr(file);
        let mut apis = Self {
            port,
            running: Running::start(&mut command)?,
        };
        apis.wait_until_ready()?;
        Ok(Ok(apis))
    }

    /// Where callers invoke functions.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What a process of a function finds in `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) fn runtime_api(&self, function: &str) -> String {
        format!("{}/.rt/{function}", self.address())
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + START;
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            self.running.must_be_running()?;
            if Instant::now() >= deadline {
                bail!(
                    "`cargo lambda watch` did not listen within {}",
                    crate::output::time(START)
                );
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

/// The program of a function that was built into `folder`.
pub(crate) fn bootstrap(folder: &Path, function: &str) -> PathBuf {
    folder.join(function).join("bootstrap")
}
