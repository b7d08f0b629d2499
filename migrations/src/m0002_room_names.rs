//! The rooms of an app by name: rooms that were made or renamed before there was that list get their place in it.
//!
//! The code before writes rooms without a place, and does not look at it; the code after writes it, and its list only lacks
//! the rooms that have none yet. What the code before writes while it still serves is found by walking again
//! (`parlour migrate up --again`).

use parlour_store::scan::ROOM;

use crate::{Migration, Rows, Step};

pub(crate) const MIGRATION: Migration = Migration {
    number: 2,
    name: "list the rooms of an app by name",
    step: Step::Rows(Rows {
        kind: ROOM,
        change: |store, row| Box::pin(store.place_room(row)),
    }),
};
