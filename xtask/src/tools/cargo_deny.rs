//! cargo-deny, built once from its published source into the cache folder (two to five minutes on two cores).

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::session::Session;

/// Pinned: another version may judge differently.
const VERSION: &str = "0.20.2";

/// cargo-deny for this workspace, ready for a subcommand.
pub(crate) fn command(session: &Session) -> Result<Command> {
    let mut command = session.command(program(session)?);
    command.args(["--workspace", "--all-features", "--locked"]);
    Ok(command)
}

fn program(session: &Session) -> Result<PathBuf> {
    let folder = session.cache.join(format!("cargo-deny-{VERSION}"));
    let file = folder.join("bin").join("cargo-deny");
    if !file.is_file() {
        let mut install = session.cargo();
        // In a build folder of its own: a shared one would be locked against the steps of another run.
        install.env_remove("CARGO_TARGET_DIR");
        install
            .args(["install", "cargo-deny", "--locked", "--version", VERSION, "--root"])
            .arg(&folder);
        session.run(&mut install, Duration::from_secs(20 * 60))?;
    }
    Ok(file)
}
