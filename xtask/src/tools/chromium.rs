//! A Chromium for the browser test: the one that is named, one on the PATH, or Debian's.

use std::path::PathBuf;

use crate::places;
use crate::session::{OrReason, Session};
use crate::tools::debian;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Its program file, or why there is none.
pub(crate) fn find_or_install(session: &Session) -> OrReason<PathBuf> {
    if let Some(file) = places::named("PARLOUR_CHROMIUM").or_else(|| places::on_path(&NAMES)) {
        return Ok(Ok(file));
    }
    if let Err(reason) = debian::install(session, "chromium")? {
        return Ok(Err(reason));
    }
    Ok(places::on_path(&NAMES).ok_or_else(|| "chromium was installed but is not on the PATH".to_owned()))
}
