//! The files of a database on disk: where it is, who holds it, and what to sync.
//!
//! SQLite's own locks let several processes in, which this engine must not allow: a separate lock file says who is in.
//! Of SQLite's files only the write-ahead log is opened here: closing a second descriptor of the database file itself
//! would drop SQLite's locks for the whole process.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use dynoxide::Database;

use super::EngineError;
use super::thread::{Durability, LogFile};

const FILE_NAME: &str = "parlour.db";

/// Opens the database and what its thread needs to make it durable.
pub(super) fn open(dir_or_file: &Path) -> Result<(Database, Durability), EngineError> {
    let path = locate(dir_or_file)?;
    let lock = lock(&with_suffix(&path, ".lock"))?;
    make_private(&path).map_err(|source| file_error(&path, source))?;
    let text = path.to_str().ok_or_else(|| EngineError::Path(path.clone()))?;
    let database = Database::new(text)?;
    // The engine's only public way from `synchronous = FULL` to NORMAL: commits then leave the sync to us.
    database.enable_bulk_loading()?;
    database.disable_bulk_loading()?;
    let log_path = with_suffix(&path, "-wal");
    let log = OpenOptions::new()
        .write(true)
        .open(&log_path)
        .map_err(|source| file_error(&log_path, source))?;
    sync_directory(&path).map_err(|source| file_error(&path, source))?;
    Ok((database, Durability::Log(LogFile { log, _lock: lock })))
}

/// The database file for a path, its directory made if absent.
fn locate(dir_or_file: &Path) -> Result<PathBuf, EngineError> {
    let is_dir = dir_or_file.is_dir() || (!dir_or_file.exists() && dir_or_file.extension().is_none());
    let path = if is_dir {
        dir_or_file.join(FILE_NAME)
    } else {
        dir_or_file.to_path_buf()
    };
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_directory(parent).map_err(|source| file_error(parent, source))?;
    }
    Ok(path)
}

/// New directories are the owner's alone: the database holds everything that was said.
fn make_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The database file, made before SQLite makes it: the owner's alone. SQLite gives its other files the same mode.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Takes the advisory lock; it lasts as long as the returned file is open, so a killed process leaves none behind.
fn lock(path: &Path) -> Result<File, EngineError> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|source| file_error(path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EngineError::InUse(path.with_extension(""))),
        Err(TryLockError::Error(source)) => Err(file_error(path, source)),
    }
}

/// Makes the names of new files durable: syncing a file does not sync its directory entry.
fn sync_directory(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        File::open(parent)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn file_error(path: &Path, source: io::Error) -> EngineError {
    EngineError::File {
        path: path.to_path_buf(),
        source,
    }
}
