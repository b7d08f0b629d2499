//! Reading what other chat services export, for `parlour import`: tables as CSV or JSON lines, mapped by one file for each service.
//!
//! A first pass reads, checks and sorts everything (`gather`), by room and time, through files that have no name (`spill`); only then is
//! anything written (`write`). Memory grows with users and rooms and with the messages of the largest rooms, not with all messages.

mod callsewa;
mod chat_panel;
mod cipher;
mod csv;
mod facebook_clone;
mod facts;
mod gather;
mod go_chat;
mod rows;
mod sourceloop;
mod spill;
mod times;
mod write;

pub(crate) use cipher::Key;
pub(crate) use gather::{Gathered, Ruled, gather};
pub(crate) use write::{Counts, Writer};

/// A service that is imported from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Service {
    /// @sourceloop/chat-service
    Sourceloop,
    /// HexArchy/go-chat
    GoChat,
    /// zawhtetnaing006/chat-panel
    ChatPanel,
    /// callsewa, sub-rat/ChatServer
    Callsewa,
    /// The chat of apexkv/facebook-clone
    FacebookClone,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// A file cannot be read, or the spilled ones not be written.
    #[error("{what}: {source}")]
    File {
        /// Which.
        what: String,
        /// Why.
        source: std::io::Error,
    },
    /// Something about the folder, a file or an option as a whole.
    #[error("{0}")]
    Whole(String),
    /// Rows that are not as they must be.
    #[error("{}", several(.0, *.1))]
    Rows(Vec<String>, u64),
}

impl Refusal {
    fn file(what: impl std::fmt::Display, source: std::io::Error) -> Self {
        Self::File {
            what: what.to_string(),
            source,
        }
    }

    fn spill(source: std::io::Error) -> Self {
        Self::file("a temporary file cannot be used", source)
    }
}

fn several(shown: &[String], all: u64) -> String {
    let more = all.saturating_sub(shown.len() as u64);
    let more = if more > 0 {
        format!("\n  and {more} more")
    } else {
        String::new()
    };
    format!(
        "{all} rows cannot be imported, so nothing was; mend them, or leave them out with --skip-bad-rows:\n  {}{more}",
        shown.join("\n  ")
    )
}
