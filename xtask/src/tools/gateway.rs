//! A running `parlour serve` on a free loopback port, ended by process id.

use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::process::Running;
use crate::scratch::Scratch;
use crate::session::Session;

/// From its start until it says that it is ready.
const START: Duration = Duration::from_secs(60);

/// Its ready file.
const READY: &str = "ready.json";

/// The gateway, until it is stopped or dropped.
#[derive(Debug)]
pub(crate) struct Gateway {
    running: Running,
    scratch: Scratch,
}

impl Gateway {
    /// Starts it in memory and waits for its ready file.
    pub(crate) fn start(session: &Session) -> Result<Self> {
        let mut command = session.command(session.program("parlour")?);
        command.args(["serve", "--memory", "--listen", "127.0.0.1:0", "--private-urls"]);
        Self::start_command(command)
    }

    /// Starts `parlour serve …` and waits for its ready file.
    pub(crate) fn start_command(mut command: Command) -> Result<Self> {
        let scratch = Scratch::new()?;
        command.arg("--ready-file").arg(scratch.file(READY));
        let mut gateway = Self {
            running: Running::start(&mut command)?,
            scratch,
        };
        gateway.wait_until_ready()?;
        Ok(gateway)
    }

    /// Where it wrote its address.
    pub(crate) fn ready_file(&self) -> PathBuf {
        self.scratch.file(READY)
    }

    /// Stops it as a service manager would; a gateway that does not end then is an error.
    pub(crate) fn stop(mut self) -> Result<()> {
        self.running.must_be_running()?;
        let status = self.running.stop()?;
        if !status.success() {
            bail!("`parlour serve` was asked to stop and ended with {status}");
        }
        Ok(())
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + START;
        while std::fs::metadata(self.ready_file()).map_or(true, |file| file.len() == 0) {
            self.running.must_be_running()?;
            if Instant::now() >= deadline {
                bail!("`parlour serve` was not ready within {}", crate::output::time(START));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A gateway in a few words of shell; its ready file is the second argument.
    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script, "parlour"]);
        command
    }

    #[test]
    fn it_is_ready_once_its_file_is_written_and_stops_when_asked() {
        let serve = "trap 'kill $!; exit 0' TERM; echo ready > \"$2\"; sleep 600 & wait";
        let gateway = Gateway::start_command(shell(serve)).unwrap();
        let file = gateway.ready_file();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "ready\n");
        gateway.stop().unwrap();
        assert!(!file.exists());
    }

    #[test]
    fn one_that_ends_early_is_an_error() {
        let error = Gateway::start_command(shell("exit 3")).unwrap_err();
        assert!(format!("{error:#}").contains("ended early"));
    }
}
