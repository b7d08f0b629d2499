//! MiniStack, an AWS emulator: on a free loopback port, its state in a folder that goes with it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::Running;
use crate::session::{OrReason, Session};
use crate::suite;
use crate::tools::{http, python};

/// Pinned: `infra/README.md` says what this version does otherwise than AWS. In an environment of its own, as it pins
/// libraries that the SAM CLI has in other versions.
const PACKAGES: [&str; 1] = ["ministack[full]==1.5.33"];

/// Id and secret of the key that may do everything there.
pub(crate) const ACCESS_KEY: &str = "test";

/// From its start until it says that it is healthy.
const START: Duration = Duration::from_secs(120);

/// A running one; dropped, it is ended by process id together with the functions that it started.
#[derive(Debug)]
pub(crate) struct MiniStack {
    port: u16,
    running: Running,
}

impl MiniStack {
    /// Starts one that enforces the policies of roles; a reason where it cannot be had.
    pub(crate) fn start(session: &Session, folder: &Path, log: &Path) -> OrReason<Self> {
        let programs = match python::programs(session, &PACKAGES)? {
            Ok(programs) => programs,
            Err(reason) => return Ok(Err(reason)),
        };
        let port = http::free_port()?;
        let mut command = session.command(programs.join("ministack"));
        configure(&mut command, port, folder)?;
        let file = File::create(log).with_context(|| format!("make {}", log.display()))?;
        command.stdout(file.try_clone()?).stderr(file);
        let mut ministack = Self {
            port,
            running: Running::start(&mut command)?,
        };
        ministack.wait_until_healthy()?;
        Ok(Ok(ministack))
    }

    /// Host and port.
    pub(crate) fn authority(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The endpoint of every service.
    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.authority())
    }

    /// Points a command at it. Neither a profile nor a key of a real account is left to the command.
    pub(crate) fn serve(&self, command: &mut Command) {
        suite::forget_account(command);
        command
            .env("AWS_ENDPOINT_URL", self.address())
            .env("AWS_ACCESS_KEY_ID", ACCESS_KEY)
            .env("AWS_SECRET_ACCESS_KEY", ACCESS_KEY)
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    }

    /// Fails once it has ended.
    pub(crate) fn must_be_running(&mut self) -> Result<()> {
        self.running.must_be_running()
    }

    fn wait_until_healthy(&mut self) -> Result<()> {
        let deadline = Instant::now() + START;
        loop {
            self.running.must_be_running()?;
            match http::get(self.port, "/_ministack/health") {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() >= deadline => {
                    bail!(
                        "MiniStack was not healthy within {}: {error:#}",
                        crate::output::time(START)
                    )
                }
                Err(_) => thread::sleep(Duration::from_millis(200)),
            }
        }
    }
}

/// An environment of its own: what a developer's says about AWS is not for it, nor for the functions that it starts.
fn configure(command: &mut Command, port: u16, folder: &Path) -> Result<()> {
    let kept: Vec<_> = ["PATH", "HOME"]
        .into_iter()
        .filter_map(|name| Some((name, std::env::var_os(name)?)))
        .collect();
    command.env_clear().envs(kept);
    for (name, place) in [("TMPDIR", "tmp"), ("STATE_DIR", "state"), ("S3_DATA_DIR", "s3")] {
        let place: PathBuf = folder.join(place);
        std::fs::create_dir_all(&place).with_context(|| format!("make {}", place.display()))?;
        command.env(name, place);
    }
    command
        .env("GATEWAY_PORT", port.to_string())
        .env("BIND_HOST", "127.0.0.1")
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
        // Else it would listen on every address for these.
        .env("IOT_MTLS_ENABLED", "0")
        .env("SFTP_ENABLED", "0")
        .env("AUTH", "true");
    Ok(())
}
