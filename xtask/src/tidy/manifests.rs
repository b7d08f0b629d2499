//! Rules for packages: their names, and which may depend on which.

use std::time::Duration;

use anyhow::{Result, bail};

use super::files::Text;
use crate::process;
use crate::session::Session;

/// Names that do not say what a package owns.
const NO_NAMES: [&str; 6] = ["common", "core", "helpers", "manager", "shared", "utils"];

/// Packages that only those named may depend on.
const KEPT_TO: [(&str, &[&str]); 2] = [
    ("aws-sdk-dynamodb", &["parlour-store", "parlour-migrations"]),
    ("jsonwebtoken", &["parlour-auth"]),
];

/// A package depends only on packages of this repository in rows above its own. What is in no row is a rim: a function,
/// the gateway, or tests; rims of the first two kinds never depend on each other.
const ROWS: [&[&str]; 5] = [
    &["parlour-domain"],
    &[
        "parlour-protocol",
        "parlour-auth",
        "parlour-fetch",
        "parlour-store",
        "parlour-connectors",
    ],
    &["parlour-service", "parlour-migrations"],
    &["parlour-handlers", "parlour-files"],
    &["parlour-lambda"],
];

/// Crates that do I/O or run futures, by how their names begin: never below `domain` and `protocol`.
const IO: [&str; 14] = [
    "async-",
    "aws-",
    "axum",
    "futures",
    "hyper",
    "mio",
    "reqwest",
    "rusqlite",
    "rustls",
    "smol",
    "socket2",
    "tokio",
    "tower",
    "tungstenite",
];

/// What the reader of Socket.IO's packets has below it for streams of its own, of which `protocol` calls nothing. They are types and
/// functions alone, without a runtime.
const BELOW_SOCKET_IO: [&str; 3] = ["futures-core", "futures-task", "futures-util"];

struct Package<'a> {
    path: &'a str,
    name: &'a str,
    dependencies: Vec<&'a str>,
}

/// What is wrong with the manifests.
pub(super) fn breaches(files: &[Text]) -> Vec<String> {
    let manifests = files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    let packages: Vec<Package<'_>> = manifests.filter_map(package).collect();
    packages.iter().flat_map(|package| of_one(package, &packages)).collect()
}

/// Crates with I/O below `parlour-domain` and `parlour-protocol`, at any depth.
pub(super) fn pure_crates(session: &Session) -> Result<Vec<String>> {
    let mut breaches = Vec::new();
    for name in ["parlour-domain", "parlour-protocol"] {
        let mut command = session.cargo();
        command.args([
            "tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}", "-p", name,
        ]);
        let (status, tree) = process::output(&mut command, session.within(Duration::from_secs(120))?)?;
        if !status.success() {
            bail!("`cargo tree -p {name}`: {status}");
        }
        let mut found: Vec<&str> = tree
            .lines()
            .filter_map(|line| line.split(' ').next())
            .filter(does_io)
            .filter(|below| name != "parlour-protocol" || !BELOW_SOCKET_IO.contains(below))
            .collect();
        found.sort_unstable();
        found.dedup();
        breaches.extend(
            found
                .iter()
                .map(|below| format!("{name} is pure, and `{below}` is below it")),
        );
    }
    Ok(breaches)
}

fn does_io(name: &&str) -> bool {
    IO.iter().any(|start| name.starts_with(start))
}

fn of_one(package: &Package<'_>, all: &[Package<'_>]) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut breach = |what: String| breaches.push(format!("{}: {what}", package.path));
    let own = package.name.trim_start_matches("parlour-");
    if NO_NAMES.contains(&own) {
        breach(format!("`{own}` does not say what the package owns"));
    }
    for dependency in &package.dependencies {
        let owners = KEPT_TO
            .iter()
            .find(|(kept, _)| kept == dependency)
            .map(|(_, owners)| *owners);
        if owners.is_some_and(|owners| !owners.contains(&package.name)) {
            breach(format!(
                "only {} may depend on `{dependency}`",
                owners.unwrap_or_default().join(" and ")
            ));
        }
        let Some(below) = all.iter().find(|other| other.name == *dependency) else {
            continue;
        };
        if !may_depend(package, below) {
            breach(format!("`{}` may not depend on `{dependency}`", package.name));
        }
    }
    breaches
}

fn may_depend(package: &Package<'_>, below: &Package<'_>) -> bool {
    match (row(package.name), row(below.name)) {
        (Some(upper), Some(lower)) => lower < upper,
        (Some(_), None) => false,
        (None, Some(_)) => true,
        (None, None) => !is_program(package) || !is_program(below),
    }
}

fn row(name: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&name))
}

fn is_program(package: &Package<'_>) -> bool {
    package.path.starts_with("gateway/") || package.path.starts_with("functions/")
}

/// Name and dependencies from the lines of a manifest, which is as much of its grammar as is used here.
fn package(file: &Text) -> Option<Package<'_>> {
    let mut section = "";
    let mut package = Package {
        path: &file.path,
        name: "",
        dependencies: Vec::new(),
    };
    for line in file.content.lines().map(str::trim) {
        if let Some(title) = line.strip_prefix('[') {
            section = title.trim_end_matches(']');
            package.dependencies.extend(section.strip_prefix("dependencies."));
        } else if let Some((key, value)) = line.split_once('=') {
            let key = key.trim();
            if section == "package" && key == "name" {
                package.name = value.trim().trim_matches('"');
            }
            if section == "dependencies" || section.ends_with(".dependencies") {
                package.dependencies.extend(key.split('.').next());
            }
        }
    }
    (!package.name.is_empty()).then_some(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(folder: &str, name: &str, dependencies: &str) -> Text {
        let content = format!("[package]\nname = \"{name}\"\n\n[dependencies]\n{dependencies}\n");
        Text {
            path: format!("{folder}/Cargo.toml"),
            content,
        }
    }

    #[test]
    fn arrows_point_one_way() {
        let files = [
            manifest("shared/domain", "parlour-domain", "serde.workspace = true"),
            manifest(
                "shared/store",
                "parlour-store",
                "parlour-domain.workspace = true\naws-sdk-dynamodb = \"1\"",
            ),
            manifest(
                "shared/service",
                "parlour-service",
                "parlour-store = { path = \"../store\" }",
            ),
            manifest("functions/rest", "parlour-rest", "parlour-service.workspace = true"),
            manifest("tests", "parlour-tests", "parlour-gateway.workspace = true"),
            manifest("gateway", "parlour-gateway", "parlour-service.workspace = true"),
        ];
        assert_eq!(breaches(&files), Vec::<String>::new());
    }

    #[test]
    fn each_breach_is_found() {
        let gateway = || manifest("gateway", "parlour-gateway", "");
        let cases = [
            manifest("shared/domain", "parlour-domain", "parlour-gateway.workspace = true"),
            manifest("functions/rest", "parlour-rest", "parlour-gateway.workspace = true"),
            manifest("shared/service", "parlour-service", "aws-sdk-dynamodb.workspace = true"),
            manifest("shared/service", "parlour-service", "\n[dependencies.jsonwebtoken]"),
            manifest("shared/utils", "parlour-utils", ""),
        ];
        for case in cases {
            assert_eq!(breaches(&[gateway(), case]).len(), 1);
        }
    }

    #[test]
    fn io_is_known_by_name() {
        assert!(does_io(&"tokio-util") && does_io(&"aws-sdk-dynamodb"));
        assert!(!does_io(&"serde_json"));
    }
}
