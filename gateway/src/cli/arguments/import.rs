//! What `parlour import` can be told.

use std::path::PathBuf;

use clap::Args;

use super::PlaceArguments;
use crate::import::Service;

#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct ImportArguments {
    /// The app that it comes into; `parlour app create` makes one
    #[arg(long, value_name = "APP_ID")]
    pub(in crate::cli) app: String,
    /// Whose export it is
    #[arg(long, value_name = "SERVICE")]
    pub(in crate::cli) from: Service,
    /// The folder of the export
    pub(in crate::cli) folder: PathBuf,
    /// callsewa alone: a file with its ENCRYPTION_KEY (32 bytes), by which messages are decrypted
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) encryption_key_file: Option<PathBuf>,
    /// callsewa alone: the `id` of its app, if the export has several
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) source_app: Option<String>,
    /// Leave out rows that cannot be imported, and list the first of them, instead of importing nothing
    #[arg(long)]
    pub(in crate::cli) skip_bad_rows: bool,
    /// Read and check everything, and write nothing
    #[arg(long)]
    pub(in crate::cli) check: bool,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArguments,
}
