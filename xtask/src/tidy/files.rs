//! The text files of the repository, without what is built, installed or generated.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Folders that hold nothing written by hand.
const NOT_OURS: [&str; 6] = [".git", ".aws-sam", "artefacts", "node_modules", "target", "vendor"];

/// What is read: code, manifests, templates and lock files.
const ENDINGS: [&str; 12] = [
    ".css", ".html", ".java", ".js", ".json", ".lock", ".mjs", ".py", ".rs", ".sh", ".toml", ".yaml",
];

/// One file.
#[derive(Debug)]
pub(super) struct Text {
    /// From the root, with `/`.
    pub(super) path: String,
    pub(super) content: String,
}

/// All of them, sorted by path.
pub(super) fn texts(root: &Path) -> Result<Vec<Text>> {
    let mut found = Vec::new();
    walk(root, "", &mut found)?;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<Text>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}/{name}")
        };
        let kind = entry.file_type()?;
        if kind.is_dir() && !NOT_OURS.contains(&name.as_str()) {
            walk(&entry.path(), &path, found)?;
        } else if kind.is_file() && ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            let bytes = fs::read(entry.path()).with_context(|| format!("read {path}"))?;
            found.push(Text {
                path,
                content: String::from_utf8_lossy(&bytes).into_owned(),
            });
        }
    }
    Ok(())
}
