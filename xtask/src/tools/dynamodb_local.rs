//! Amazon's DynamoDB Local, in memory on a loopback port: fetched once by Maven, started by a small Java program that
//! keeps it off the machine's other addresses (`xtask/dynamodb-local/`).

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{ChildStdout, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::places;
use crate::process::{self, Running};
use crate::session::{OrReason, Session};
use crate::tools::{debian, http};

const PROJECT: &str = include_str!("../../dynamodb-local/pom.xml");
const FETCH: Duration = Duration::from_secs(10 * 60);
const START: Duration = Duration::from_secs(60);

/// A running one; dropped, it is ended by process id.
#[derive(Debug)]
pub(crate) struct DynamoDbLocal {
    /// As in the project file.
    pub(crate) version: String,
    port: u16,
    _running: Running,
}

impl DynamoDbLocal {
    /// Starts one and asks it for its tables; a reason where Java or Maven cannot be had.
    pub(crate) fn start(session: &Session) -> OrReason<Self> {
        let Some(java) = places::on_path(&["java"]) else {
            return Ok(Err("java (17 or newer) is not installed".to_owned()));
        };
        let version = version()?;
        let libraries = match libraries(session, &version)? {
            Ok(folder) => folder,
            Err(reason) => return Ok(Err(reason)),
        };
        let log = session.cache.join("dynamodb-local.log");
        let mut command = session.command(java);
        command
            .arg("-Xmx1g")
            .arg("-cp")
            .arg(libraries.join("*"))
            .arg(project(session).join("Loopback.java"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(File::create(&log).with_context(|| format!("make {}", log.display()))?);
        let mut running = Running::start(&mut command)?;
        let pipe = running.child().stdout.take().context("no standard output")?;
        let port = announced_port(pipe).with_context(|| process::last_lines(&log, 5))?;
        ask_for_tables(port).context("DynamoDB Local does not answer")?;
        Ok(Ok(Self {
            version,
            port,
            _running: running,
        }))
    }

    /// Its endpoint.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

fn project(session: &Session) -> PathBuf {
    session.root.join("xtask").join("dynamodb-local")
}

fn version() -> Result<String> {
    let after = PROJECT.split_once("<dynamodb-local.version>").map(|(_, after)| after);
    let text = after
        .and_then(|after| after.split_once('<'))
        .context("the project file names no version")?
        .0;
    Ok(text.to_owned())
}

/// The folder of jars and native libraries, which Maven fills once.
fn libraries(session: &Session, version: &str) -> OrReason<PathBuf> {
    let folder = session.cache.join(format!("dynamodb-local-{version}"));
    if folder.is_dir() {
        return Ok(Ok(folder));
    }
    if places::on_path(&["mvn"]).is_none()
        && let Err(reason) = debian::install(session, "maven")?
    {
        return Ok(Err(reason));
    }
    // Under a name of its own until it is whole: a run that is cut short leaves nothing that looks finished.
    let partial = session
        .cache
        .join(format!("dynamodb-local-{version}.{}", std::process::id()));
    let mut command = session.command("mvn");
    command
        .args(["-B", "-q", "-Dstyle.color=never", "-f"])
        .arg(project(session).join("pom.xml"));
    command.args(["dependency:copy-dependencies", "-DincludeScope=runtime"]);
    command.arg(format!("-DoutputDirectory={}", partial.display()));
    session.run(&mut command, FETCH)?;
    if let Err(error) = std::fs::rename(&partial, &folder) {
        std::fs::remove_dir_all(&partial).context("clear away a copy that is not needed")?;
        if !folder.is_dir() {
            return Err(error).with_context(|| format!("make {}", folder.display()));
        }
    }
    Ok(Ok(folder))
}

/// The port it prints; the rest of its output is read and dropped, so that it never waits for a reader.
fn announced_port(pipe: ChildStdout) -> Result<u16> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(|line| line.ok()) {
            if let Some(port) = line.strip_prefix("port ").and_then(|port| port.trim().parse().ok()) {
                // Nobody listens any more if the wait was given up.
                let _ = sender.send(port);
            }
        }
    });
    receiver.recv_timeout(START).context("DynamoDB Local did not start")
}

/// One real request.
fn ask_for_tables(port: u16) -> Result<()> {
    let answer = http::call_service(port, "dynamodb", "DynamoDB_20120810.ListTables", "{}")?;
    if !answer.contains("TableNames") {
        bail!("it answered {answer}");
    }
    Ok(())
}
