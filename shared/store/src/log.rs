//! The room log in the store: compare-and-append, and reading.
//!
//! An append is one conditional put at head + 1; whoever loses the race looks at the entry that won, and never passes an entry
//! it has not looked at. So the log has no hole and no write stands in it twice, whichever answers get lost on the way.

mod append;
mod begin;
mod change;
mod lane;
mod number;
mod past;
mod pin;
mod put;
mod race;
mod reaction;
mod read;
mod reply;

pub use append::{AppendRefusal, Appended};
pub use begin::{Begin, Start};
pub use change::{Reply, Writing};
pub(crate) use lane::Lanes;
pub(crate) use race::Race;
pub(crate) use reaction::OWN as OWN_REACTIONS;
pub use read::Page;

use parlour_domain::log::Entry;
use parlour_domain::{AppId, RoomNumber};

use crate::error::StoreError;
use crate::keys;
use crate::row::{Item, item, read as read_row, text};

pub(crate) fn entry_item(app: &AppId, room: RoomNumber, entry: &Entry) -> Result<Item, StoreError> {
    let mut row = item(&keys::entry(app, room, entry.seq), "entry", entry)?;
    if let Some(parent) = entry.message().and_then(|message| message.parent) {
        row.insert(keys::INDEX_PK.to_owned(), text(keys::thread(app, room, parent)));
        row.insert(keys::INDEX_SK.to_owned(), text(keys::seq(entry.seq)));
    }
    Ok(row)
}

pub(crate) fn entry_of(row: Item) -> Result<Entry, StoreError> {
    read_row(row)
}
