//! The template's functions are the packages in `functions`, and `sam build` finds each one's program.

use std::collections::BTreeMap;
use std::path::Path;

use saphyr::Yaml;

use crate::document::{Resource, at, resources, template, text};

const MAKEFILE: &str = include_str!("../../../infra/Makefile");
const SETTINGS: &str = include_str!("../../../samconfig.toml");
const DEPLOY: &str = include_str!("../../../docs/deploy.md");

/// What `prod` reserves for each function that serves clients.
const RESERVED: i64 = 100;
/// What Lambda lets nobody reserve.
const UNRESERVED: i64 = 100;

/// By name.
pub(crate) fn functions() -> BTreeMap<String, Resource> {
    let name = |function: &Resource| {
        let name = function.text("FunctionName");
        name.strip_prefix("Sub ${AWS::StackName}-").unwrap().to_owned()
    };
    resources("AWS::Serverless::Function")
        .into_iter()
        .map(|function| (name(&function), function))
        .collect()
}

/// Whether a function has an environment variable of its own.
pub(crate) fn has_variable(function: &Resource, name: &str) -> bool {
    at(function.body, &["Properties", "Environment", "Variables", name]).is_some()
}

#[test]
fn they_are_the_packages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions");
    let mut packages: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    packages.sort_unstable();
    assert_eq!(functions().into_keys().collect::<Vec<_>>(), packages);
}

#[test]
fn the_makefile_builds_each() {
    let built = MAKEFILE
        .lines()
        .find_map(|line| line.strip_prefix("FUNCTIONS := "))
        .unwrap();
    let mut built: Vec<&str> = built.split(' ').collect();
    built.sort_unstable();
    let functions = functions();
    assert_eq!(functions.keys().collect::<Vec<_>>(), built);
    for (name, function) in functions {
        let target = format!("build-{}: FUNCTION = {name}", function.id);
        assert!(MAKEFILE.lines().any(|line| line == target), "{target}");
    }
}

#[test]
fn every_function_says_whose_metrics_they_are() {
    let everywhere = at(
        template(),
        &["Globals", "Function", "Environment", "Variables", "PARLOUR_STACK"],
    );
    assert_eq!(everywhere.map(text).as_deref(), Some("Ref AWS::StackName"));
    for (name, function) in functions() {
        assert!(!has_variable(&function, "PARLOUR_STACK"), "{name}");
    }
}

/// Executions that `prod` reserves for a function.
fn reserved(function: &Resource) -> i64 {
    let value = function.text("ReservedConcurrentExecutions");
    let value = value.strip_prefix("If Reserved, ").unwrap();
    let value = value.strip_suffix(", Ref AWS::NoValue").unwrap();
    match value.strip_prefix("Ref ") {
        None => value.parse().unwrap(),
        Some("ReservedConcurrency") => RESERVED,
        Some(parameter) => {
            let default = at(template(), &["Parameters", parameter, "Default"]);
            default.and_then(Yaml::as_integer).unwrap()
        }
    }
}

#[test]
fn what_is_reserved_is_told() {
    assert!(SETTINGS.contains(&format!("\"ReservedConcurrency={RESERVED}\"")));
    let all: i64 = functions().values().map(reserved).sum();
    for told in [
        format!("takes {all} executions"),
        format!("= {all} and needs {}", all + UNRESERVED),
    ] {
        assert!(DEPLOY.contains(&told), "docs/deploy.md does not say: {told}");
    }
}

#[test]
fn lambda_holds_no_line_back() {
    let level = at(
        template(),
        &["Globals", "Function", "LoggingConfig", "ApplicationLogLevel"],
    );
    assert_eq!(level.map(text).as_deref(), Some("DEBUG"), "metrics have no level");
}
