//! One run of xtask: its places, its deadline, and what several steps share (the built workspace, the
//! functions as Lambda runs them, DynamoDB Local).

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::tools::cargo_lambda;
use crate::tools::dynamodb_local::DynamoDbLocal;
use crate::{output, places, process};

/// The seed of the randomised tests unless `PARLOUR_SEED` says another, so that a run can be repeated.
pub(crate) const SEED: &str = "1";

/// The whole run ends before continuous integration ends it (after 90 minutes), so that the table is always printed.
const WHOLE_RUN_IN_CI: Duration = Duration::from_secs(85 * 60);
const WHOLE_RUN: Duration = Duration::from_secs(180 * 60);

/// How the variables begin that Cargo sets for xtask's own package. Build scripts of other packages watch some of them, and would
/// run again; `ring`'s is one, under most of what there is.
const OWN_PACKAGE: [&str; 5] = [
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_BIN_NAME",
    "CARGO_CRATE_NAME",
    "OUT_DIR",
];

/// How a step ended, when it did not fail.
#[derive(Debug)]
pub(crate) enum Outcome {
    Passed,
    /// Not done, for the reason given.
    Skipped(String),
}

/// A tool that may not be had here, which skips a step; an `Err` fails it.
pub(crate) type OrReason<T> = Result<std::result::Result<T, String>>;

/// What several steps share: had, not to be had for a reason, or failed.
type Shared<T> = Result<Result<T, String>, String>;

/// What every step gets.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) root: PathBuf,
    pub(crate) cache: PathBuf,
    programs: PathBuf,
    deadline: Instant,
    built: OnceCell<Result<(), String>>,
    functions: OnceCell<Shared<PathBuf>>,
    dynamodb: OnceCell<Shared<DynamoDbLocal>>,
}

impl Session {
    pub(crate) fn open() -> Result<Self> {
        let whole_run = if in_ci() { WHOLE_RUN_IN_CI } else { WHOLE_RUN };
        Ok(Self {
            root: places::root()?,
            cache: places::cache()?,
            programs: places::programs()?,
            deadline: Instant::now() + whole_run,
            built: OnceCell::new(),
            functions: OnceCell::new(),
            dynamodb: OnceCell::new(),
        })
    }

    /// A command in the repository's root.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null());
        let own = |name: &str| OWN_PACKAGE.iter().any(|start| name.starts_with(start));
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(own) {
                command.env_remove(name);
            }
        }
        command
    }

    /// The Cargo that runs xtask.
    pub(crate) fn cargo(&self) -> Command {
        self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// Runs a command that prints for itself; a failing exit status is an error, and so is a limit passed.
    pub(crate) fn run(&self, command: &mut Command, limit: Duration) -> Result<()> {
        let name = process::described(command);
        output::say(&format!("$ {name}"));
        let status = process::Running::start(command)?.wait(self.within(limit)?)?;
        if !status.success() {
            bail!("`{name}`: {status}");
        }
        Ok(())
    }

    /// `limit`, or what is left of the whole run if that is less.
    pub(crate) fn within(&self, limit: Duration) -> Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            bail!("the time of the whole run is over");
        }
        Ok(limit.min(left))
    }

    /// A program of this workspace, for which all of it is built once.
    pub(crate) fn program(&self, name: &str) -> Result<PathBuf> {
        self.build()?;
        let file = self.programs.join(name);
        if !file.is_file() {
            bail!("`{name}` was not built into {}", self.programs.display());
        }
        Ok(file)
    }

    /// The folder of the built programs.
    pub(crate) fn programs(&self) -> &Path {
        &self.programs
    }

    /// Builds all programs and tests: one set of features, so that nothing is compiled a second time for the tests.
    pub(crate) fn build(&self) -> Result<()> {
        let build = || {
            let mut command = self.cargo();
            let limit = Duration::from_secs(45 * 60);
            self.run(command.args(["build", "--workspace", "--all-targets"]), limit)
                .map_err(|e| format!("{e:#}"))
        };
        self.built.get_or_init(build).clone().map_err(|reason| anyhow!(reason))
    }

    /// The folder with `NAME/bootstrap` of every function, built for release once, by one call of cargo; or the folder
    /// that `PARLOUR_BINARIES` names, as in `infra/Makefile`.
    pub(crate) fn functions(&self) -> OrReason<&Path> {
        let build = || {
            if let Some(folder) = places::named("PARLOUR_BINARIES") {
                return Ok(Ok(folder));
            }
            let folder = self.target().join("lambda");
            let built = cargo_lambda::build(self, &self.function_names()?, &folder)?;
            Ok(built.map(|()| folder))
        };
        Ok(shared(&self.functions, build)?.map(PathBuf::as_path))
    }

    /// The packages under `functions/`, in the order of their names.
    pub(crate) fn function_names(&self) -> Result<Vec<String>> {
        let folder = self.root.join("functions");
        let entries = std::fs::read_dir(&folder).with_context(|| format!("read {}", folder.display()))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            if entry.path().join("Cargo.toml").is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Cargo's target folder.
    fn target(&self) -> &Path {
        self.programs.parent().unwrap_or(&self.programs)
    }

    /// DynamoDB Local, started for the first step that asks and ended with the session.
    pub(crate) fn dynamodb(&self) -> OrReason<&DynamoDbLocal> {
        shared(&self.dynamodb, || DynamoDbLocal::start(self))
    }
}

/// What `make` made, the first time that it was asked for.
fn shared<T>(cell: &OnceCell<Shared<T>>, make: impl FnOnce() -> OrReason<T>) -> OrReason<&T> {
    match cell.get_or_init(|| make().map_err(|e| format!("{e:#}"))) {
        Ok(Ok(made)) => Ok(Ok(made)),
        Ok(Err(reason)) => Ok(Err(reason.clone())),
        Err(error) => Err(anyhow!(error.clone())),
    }
}

/// Whether continuous integration runs this.
pub(crate) fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

/// Sets a variable for a child unless the caller of xtask has set it.
pub(crate) fn default_variable(command: &mut Command, name: &str, value: &str) {
    if std::env::var_os(name).is_none() {
        command.env(name, value);
    }
}
