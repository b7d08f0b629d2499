//! The input that is being looked at, in a file: when the stack ends or memory does, nobody is left to tell of it.

use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// The file.
#[derive(Debug)]
pub(crate) struct Pending {
    file: File,
    path: PathBuf,
}

impl Pending {
    /// In this folder.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join("under-way");
        let file = File::create(&path)?;
        Ok(Self { file, path })
    }

    /// From here on it is this one.
    pub(crate) fn set(&mut self, input: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(input)?;
        self.file.set_len(u64::try_from(input.len()).unwrap_or(u64::MAX))
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        // What is left tells of an input that ended the process; there was none.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_what_was_set_last_and_goes() {
        let folder = std::env::temp_dir().join(format!("parlour-fuzz-pending-{}", std::process::id()));
        let mut pending = Pending::new(&folder).unwrap();
        pending.set(b"a long input").unwrap();
        pending.set(b"short").unwrap();
        assert_eq!(fs::read(folder.join("under-way")).unwrap(), b"short");
        drop(pending);
        assert!(!folder.join("under-way").exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
