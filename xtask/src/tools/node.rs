//! Node.js and the packages of the tests in a folder of `tests`.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::places;
use crate::session::{OrReason, Session};

/// The folder of the tests of the web client.
pub(crate) const BROWSER: &str = "browser";

/// The folder of the tests with the library of Socket.IO's clients.
pub(crate) const SOCKET_IO: &str = "socket-io";

/// The folder of the tests with the clients of other services.
pub(crate) const CONFORMANCE: &str = "conformance";

/// For one run of tests.
pub(crate) const LIMIT: Duration = Duration::from_secs(10 * 60);

/// The folder, with its packages in place.
#[derive(Debug)]
pub(crate) struct Packages {
    npm: PathBuf,
    folder: PathBuf,
}

/// Installs exactly the packages of the lock file, or says why it cannot.
pub(crate) fn prepare(session: &Session, folder: &str) -> OrReason<Packages> {
    let (Some(_), Some(npm)) = (places::on_path(&["node"]), places::on_path(&["npm"])) else {
        return Ok(Err("node and npm are not installed".to_owned()));
    };
    let folder = session.root.join("tests").join(folder);
    let mut install = session.command(&npm);
    install.current_dir(&folder).args(["ci", "--no-audit", "--no-fund"]);
    session.run(&mut install, Duration::from_secs(5 * 60))?;
    Ok(Ok(Packages { npm, folder }))
}

impl Packages {
    /// A script of its `package.json`.
    pub(crate) fn script(&self, session: &Session, name: &str) -> Command {
        let mut command = session.command(&self.npm);
        command.current_dir(&self.folder).args(["run", name]);
        command
    }
}
