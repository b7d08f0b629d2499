//! The two tables with their indexes and time to live.

use crate::Migration;

pub(crate) const MIGRATION: Migration = Migration {
    number: 1,
    name: "create the tables",
    apply: |store| Box::pin(store.create_tables()),
};
