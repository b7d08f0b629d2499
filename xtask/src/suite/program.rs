//! The file of a test program, as Cargo names it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;
use crate::session::Session;

/// A test program of the workspace, which is built already: with the features of the whole, not of one package.
pub(super) fn find(session: &Session, package: &str, target: &str) -> Result<PathBuf> {
    let mut command = session.cargo();
    command.args(["test", "--workspace", "--no-run", "--quiet", "--message-format", "json"]);
    let (status, text) = process::output(&mut command, session.within(Duration::from_secs(20 * 60))?)?;
    if !status.success() {
        bail!("the tests are not built: {status}");
    }
    let mut programs = text.lines().filter_map(|line| program(line, package, target));
    programs
        .next()
        .with_context(|| format!("`{package}` has no test program `{target}`"))
}

/// The program that one of Cargo's messages is about, if it is the one wanted.
fn program(line: &str, package: &str, target: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    let wanted = is_of(message["package_id"].as_str()?, package)
        && message["target"]["name"] == target
        && message["profile"]["test"] == true;
    message["executable"].as_str().filter(|_| wanted).map(PathBuf::from)
}

/// `path+file:///…/tests#parlour-tests@0.1.0`; the name is left out where it is the folder's.
fn is_of(id: &str, package: &str) -> bool {
    let Some((place, version)) = id.rsplit_once('#') else {
        return false;
    };
    match version.split_once('@') {
        Some((name, _)) => name == package,
        None => place.ends_with(&format!("/{package}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_by_package_and_name() {
        let message = |id: &str, target: &str| {
            format!(
                r#"{{"package_id":"{id}","target":{{"name":"{target}"}},"profile":{{"test":true}},"executable":"/t/it-1"}}"#
            )
        };
        let id = "path+file:///x/tests#parlour-tests@0.1.0";
        assert_eq!(
            program(&message(id, "it"), "parlour-tests", "it"),
            Some(PathBuf::from("/t/it-1"))
        );
        assert_eq!(program(&message(id, "budgets"), "parlour-tests", "it"), None);
        let other = "path+file:///x/store#parlour-store@0.1.0";
        assert_eq!(program(&message(other, "it"), "parlour-tests", "it"), None);
        assert!(is_of("path+file:///x/sweep#0.1.0", "sweep"));
        assert_eq!(program("warning: text", "parlour-tests", "it"), None);
    }
}
