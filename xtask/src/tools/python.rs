//! Python packages, each set in an environment of its own in the cache folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::places;
use crate::session::{OrReason, Session};

/// Written once everything is installed: an environment without it was cut short.
const WHOLE: &str = "installed";

const LIMIT: Duration = Duration::from_secs(10 * 60);

/// The folder of programs of an environment with exactly these packages (`NAME==VERSION`), or why there is none.
pub(crate) fn programs(session: &Session, packages: &[&str]) -> OrReason<PathBuf> {
    let folder = session.cache.join(folder_name(packages));
    let programs = folder.join("bin");
    if fs::read_to_string(folder.join(WHOLE)).is_ok() {
        return Ok(Ok(programs));
    }
    let Some(python) = places::on_path(&["python3"]) else {
        return Ok(Err("python3 is not installed".to_owned()));
    };
    let mut environment = session.command(python);
    environment.args(["-m", "venv", "--clear"]).arg(&folder);
    if let Err(error) = session.run(&mut environment, LIMIT) {
        return Ok(Err(format!("there is no Python environment: {error:#}")));
    }
    let mut install = session.command(programs.join("pip"));
    install
        .args(["install", "--quiet", "--no-input", "--disable-pip-version-check"])
        .args(packages);
    if let Err(error) = session.run(&mut install, LIMIT) {
        return Ok(Err(format!("pip cannot install {}: {error:#}", packages.join(", "))));
    }
    mark(&folder.join(WHOLE))?;
    Ok(Ok(programs))
}

/// `aws-sam-cli-1.170.0_cfn-lint-1.58.0`; another version is another folder.
fn folder_name(packages: &[&str]) -> String {
    packages.join("_").replace("==", "-").replace(['[', ']'], "")
}

fn mark(file: &Path) -> Result<()> {
    fs::write(file, "").with_context(|| format!("write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_after_its_packages() {
        assert_eq!(folder_name(&["a==1.0", "b[full]==2"]), "a-1.0_bfull-2");
    }
}
