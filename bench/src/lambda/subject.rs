//! What is measured: a program, its event, and the answer that shows that it did its work.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::Arguments;
use crate::aws::Answered;
use crate::events;
use crate::rig::{CONNECTIONS, Rig};

/// One function.
#[derive(Debug)]
pub(crate) enum Subject {
    /// `FOLDER/NAME/bootstrap`.
    Parlour {
        /// The function.
        name: &'static str,
        /// Its program.
        bootstrap: PathBuf,
    },
    /// The Node function.
    Node {
        /// How it is deployed.
        name: &'static str,
        /// Node.js.
        node: PathBuf,
        /// The folder with its sources and dependencies.
        folder: PathBuf,
        /// The program in one file, if that is what is deployed.
        bundle: Option<PathBuf>,
    },
}

impl Subject {
    /// All that there are; each file is looked for now and not between measurements.
    pub(crate) fn all(arguments: &Arguments) -> Result<Vec<Self>> {
        let folder = absolute(&arguments.node_function)?;
        ensure!(
            folder.join("node_modules").is_dir(),
            "{}: its dependencies are not installed (`npm ci`)",
            folder.display()
        );
        let bundle = absolute(&arguments.node_bundle).context("`npm run build` makes it")?;
        let program = on_path(&arguments.node)?;
        let node = |name, bundle| Self::Node {
            name,
            node: program.clone(),
            folder: folder.clone(),
            bundle,
        };
        let parlour = |name| {
            let bootstrap = absolute(&arguments.functions.join(name).join("bootstrap"))?;
            anyhow::Ok(Self::Parlour { name, bootstrap })
        };
        Ok(vec![
            node("Node", None),
            node("Node, one file", Some(bundle)),
            parlour("send_message")?,
            parlour("authorizer")?,
        ])
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Parlour { name, .. } | Self::Node { name, .. } => name,
        }
    }

    /// The one that the others are divided by: Node with its dependencies as npm installs them.
    pub(crate) fn is_yardstick(&self) -> bool {
        matches!(self, Self::Node { bundle: None, .. })
    }

    /// Node.js, and the folder of the function.
    pub(crate) fn node(&self) -> Option<(&Path, &Path)> {
        match self {
            Self::Node { node, folder, .. } => Some((node, folder)),
            Self::Parlour { .. } => None,
        }
    }

    pub(crate) fn command(&self, rig: &Rig) -> Command {
        match self {
            Self::Parlour { bootstrap, .. } => rig.command(bootstrap),
            Self::Node {
                node, folder, bundle, ..
            } => {
                let mut command = rig.command(node);
                command.arg(bundle.clone().unwrap_or_else(|| folder.join("runtime.mjs")));
                command
            }
        }
    }

    pub(crate) fn event(&self, rig: &Rig, request_id: &str) -> Value {
        if self.authorizes() {
            events::authorizer(&rig.token)
        } else {
            events::message(&rig.app, &rig.sender, &rig.room, CONNECTIONS[0], request_id)
        }
    }

    /// Refuses a measurement of a function that did not do its work.
    pub(crate) fn check(&self, answered: &Answered) -> Result<()> {
        let answer = &answered.answer;
        if self.authorizes() {
            let effect = &answer["policyDocument"]["Statement"][0]["Effect"];
            ensure!(effect == "Allow", "{}: {answer}", self.name());
            return Ok(());
        }
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap_or_default())?;
        ensure!(body["event"] == "ack", "{}: {answer}", self.name());
        ensure!(answered.posts == 1, "{}: {} posts", self.name(), answered.posts);
        Ok(())
    }

    fn authorizes(&self) -> bool {
        self.name() == "authorizer"
    }
}

/// Where a program is: what is measured has no `PATH` of its own.
fn on_path(program: &Path) -> Result<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&folders).map(|folder| folder.join(program));
    found
        .find(|file| file.is_file())
        .with_context(|| format!("find {}", program.display()))
}

fn absolute(path: &Path) -> Result<PathBuf> {
    path.canonicalize().with_context(|| format!("find {}", path.display()))
}
