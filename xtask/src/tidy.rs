//! The rules of the repository that no linter knows, on its text alone.
//!
//! `files` walks the repository, `sources` reads Rust and other code, `manifests` reads which package depends on which,
//! `locks` reads the lock files. A breach is one line: `file:line: what`.

mod files;
mod locks;
mod manifests;
mod sources;

use anyhow::Result;

use crate::session::Session;

/// Every breach in the repository, in the order of the files.
pub(crate) fn breaches(session: &Session) -> Result<Vec<String>> {
    let texts = files::texts(&session.root)?;
    let mut breaches: Vec<String> = texts.iter().flat_map(sources::breaches).collect();
    breaches.extend(texts.iter().flat_map(locks::breaches));
    breaches.extend(manifests::breaches(&texts));
    breaches.extend(manifests::pure_crates(session)?);
    Ok(breaches)
}
