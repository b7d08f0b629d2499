//! Debian's packages, where this runs as root on such a system.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::session::{OrReason, Session};
use crate::{places, process};

const LIMIT: Duration = Duration::from_secs(10 * 60);

/// Installs one package, or says why it cannot.
pub(crate) fn install(session: &Session, package: &str) -> OrReason<()> {
    if places::on_path(&["apt-get"]).is_none() {
        return Ok(Err(format!(
            "{package} is not installed, and there is no apt-get to install it"
        )));
    }
    if !is_root()? {
        return Ok(Err(format!(
            "{package} is not installed, and only root can install it: apt-get install {package}"
        )));
    }
    let apt = |arguments: &[&str]| {
        let mut command = session.command("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        session.run(&mut command, LIMIT)
    };
    apt(&["update", "-q"])?;
    apt(&["install", "-q", "-y", "--no-install-recommends", package])?;
    Ok(Ok(()))
}

fn is_root() -> Result<bool> {
    let (_, id) = process::output(Command::new("id").arg("-u"), Duration::from_secs(10))?;
    Ok(id.trim() == "0")
}
