//! Where things are: the repository, the folder of built programs, the cache of tools, programs on the PATH.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The repository's root: the folder above this package's.
pub(crate) fn root() -> Result<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(package
        .parent()
        .context("xtask is not inside a repository")?
        .to_path_buf())
}

/// Where Cargo puts the programs of this workspace: beside xtask itself, whatever the target folder is.
pub(crate) fn programs() -> Result<PathBuf> {
    let own = env::current_exe().context("find xtask's own file")?;
    Ok(own.parent().context("xtask's own file is in no folder")?.to_path_buf())
}

/// The folder that keeps tools from one run to the next, made if it is not there.
///
/// # Errors
/// When no home folder is known or the folder cannot be made.
pub(crate) fn cache() -> Result<PathBuf> {
    let folder = named("PARLOUR_CACHE")
        .or_else(|| named("XDG_CACHE_HOME").map(|caches| caches.join("parlour")))
        .or_else(|| named("HOME").map(|home| home.join(".cache").join("parlour")))
        .context("set PARLOUR_CACHE: neither XDG_CACHE_HOME nor HOME is set")?;
    std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    folder
        .canonicalize()
        .with_context(|| format!("open {}", folder.display()))
}

/// The first of `names` that is a file in a folder of the PATH.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

/// A path in an environment variable; an empty one counts as none.
pub(crate) fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
