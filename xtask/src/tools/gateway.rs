//! A running `parlour serve` in memory on a free loopback port, ended by process id.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::Running;
use crate::session::Session;

/// From its start until it says that it is ready.
const START: Duration = Duration::from_secs(60);

/// Gateways started by this process, each with a folder of its own.
static STARTED: AtomicU32 = AtomicU32::new(0);

/// The gateway, until it is stopped or dropped.
#[derive(Debug)]
pub(crate) struct Gateway {
    running: Running,
    folder: PathBuf,
}

impl Gateway {
    /// Starts it and waits for its ready file.
    pub(crate) fn start(session: &Session) -> Result<Self> {
        let program = session.program("parlour")?;
        Self::start_command(session.command(program))
    }

    fn start_command(mut command: Command) -> Result<Self> {
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("parlour-xtask-{}-{number}", std::process::id()));
        // What an earlier process with this id left would look like a gateway that is ready.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
        command
            .args(["serve", "--memory", "--listen", "127.0.0.1:0", "--ready-file"])
            .arg(ready_file(&folder));
        let mut gateway = Self {
            running: Running::start(&mut command)?,
            folder,
        };
        gateway.wait_until_ready()?;
        Ok(gateway)
    }

    /// Where it wrote its address.
    pub(crate) fn ready_file(&self) -> PathBuf {
        ready_file(&self.folder)
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

impl Drop for Gateway {
    fn drop(&mut self) {
        // Only a ready file is in it; a folder left behind in the temporary folder does no harm.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn ready_file(folder: &Path) -> PathBuf {
    folder.join("ready.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A gateway in a few words of shell; its ready file is the sixth argument.
    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script, "parlour"]);
        command
    }

    #[test]
    fn it_is_ready_once_its_file_is_written_and_stops_when_asked() {
        let serve = "trap 'kill $!; exit 0' TERM; echo ready > \"$6\"; sleep 600 & wait";
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
