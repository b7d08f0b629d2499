//! How much is uploaded for a function: a zip of its program, or of its sources and dependencies.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::slice::from_ref;

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::subject::Subject;

/// Bytes in the unit that sizes are printed in.
const KIBIBYTE: f64 = 1_024.0;

type Archive = ZipWriter<Cursor<Vec<u8>>>;

/// What is deployed of the Node function's folder.
const SOURCES: [&str; 4] = ["handler.mjs", "runtime.mjs", "package.json", "node_modules"];

/// The size of a subject's archive, in KiB.
pub(crate) fn zipped(subject: &Subject) -> Result<f64> {
    match subject {
        Subject::Parlour { bootstrap, .. } => of_files(from_ref(bootstrap)),
        Subject::Node {
            bundle: Some(bundle), ..
        } => of_files(from_ref(bundle)),
        Subject::Node { folder, .. } => of_files(&SOURCES.map(|name| folder.join(name))),
    }
}

/// The functions of a folder with NAME/bootstrap, sorted by name, and the size of the archive of each, in KiB.
pub(crate) fn of_functions(folder: &Path) -> Result<Vec<(String, f64)>> {
    let mut sizes = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))? {
        let entry = entry?;
        let bootstrap = entry.path().join("bootstrap");
        if bootstrap.is_file() {
            let name = entry.file_name().to_string_lossy().into_owned();
            sizes.push((name, of_files(&[bootstrap])?));
        }
    }
    sizes.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(sizes)
}

fn of_files(paths: &[PathBuf]) -> Result<f64> {
    let mut archive = Archive::new(Cursor::new(Vec::new()));
    for path in paths {
        let name = path.file_name().context("a file has a name")?.to_string_lossy();
        add(&mut archive, path, &name)?;
    }
    let bytes = archive.finish().context("finish the archive")?.into_inner();
    Ok(f64::from(u32::try_from(bytes.len())?) / KIBIBYTE)
}

/// A file, or all files below a folder.
fn add(archive: &mut Archive, path: &Path, name: &str) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path).with_context(|| format!("read {}", path.display()))? {
            let entry = entry?;
            add(
                archive,
                &entry.path(),
                &format!("{name}/{}", entry.file_name().to_string_lossy()),
            )?;
        }
        return Ok(());
    }
    let content = fs::read(path).with_context(|| format!("read {}", path.display()))?;
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9));
    archive.start_file(name, options)?;
    archive.write_all(&content)?;
    Ok(())
}
