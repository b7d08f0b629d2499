//! The edge in front of the emulator: `infra/edge/proxy.mjs` runs the very file that CloudFront would.

use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::places;
use crate::process::Running;
use crate::session::{OrReason, Session};
use crate::tools::http;

/// From its start until it listens.
const START: Duration = Duration::from_secs(30);

/// A proxy, until it is dropped.
#[derive(Debug)]
pub(crate) struct Edge {
    running: Running,
    address: String,
}

/// What stands behind it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Behind<'a> {
    /// Where everything is, `host:port`.
    pub(crate) authority: &'a str,
    /// The URL of the WebSocket API, its stage at the end.
    pub(crate) websocket: &'a str,
    /// The URL of the HTTP API.
    pub(crate) rest: &'a str,
}

impl Edge {
    /// Starts it and waits until it listens; a reason where there is no Node.js.
    pub(crate) fn start(session: &Session, behind: Behind<'_>) -> OrReason<Self> {
        let Some(node) = places::on_path(&["node"]) else {
            return Ok(Err("node is not installed".to_owned()));
        };
        let (host, path) = host_and_path(behind.websocket).context("the URL of the WebSocket API")?;
        let (above, stage) = path.rsplit_once('/').unwrap_or(("", path));
        let (rest_host, rest_path) = host_and_path(behind.rest).context("the URL of the HTTP API")?;
        let address = format!("127.0.0.1:{}", http::free_port()?);
        let mut command = session.command(&node);
        command.arg(session.root.join("infra/edge/proxy.mjs"));
        command.args(["--listen", &address, "--stage", stage]);
        command.args([
            "--target",
            &format!("http://{}/{above}", behind.authority),
            "--host-header",
            host,
        ]);
        command.args([
            "--rest",
            &format!("http://{}/{rest_path}", behind.authority),
            "--rest-host-header",
            rest_host,
        ]);
        command.stdout(std::process::Stdio::null());
        let mut edge = Self {
            running: Running::start(&mut command)?,
            address,
        };
        let deadline = Instant::now() + START;
        while TcpStream::connect(&edge.address).is_err() {
            edge.running.must_be_running()?;
            if Instant::now() >= deadline {
                bail!("the edge's proxy did not listen within {}", crate::output::time(START));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(Ok(edge))
    }

    /// What its URLs begin with.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Fails if it has ended.
    pub(crate) fn must_be_running(&mut self) -> Result<()> {
        self.running.must_be_running()
    }
}

/// `scheme://HOST/PATH`; the path without slashes around it.
fn host_and_path(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    Some((host, path.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::host_and_path;

    #[test]
    fn a_url_has_a_host_and_a_path() {
        assert_eq!(
            host_and_path("ws://a.localhost:1/prod"),
            Some(("a.localhost:1", "prod"))
        );
        assert_eq!(host_and_path("http://a:1/x/y/"), Some(("a:1", "x/y")));
        assert_eq!(host_and_path("http://a"), Some(("a", "")));
        assert_eq!(host_and_path("a"), None);
    }
}
