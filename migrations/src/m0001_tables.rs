//! The two tables with their indexes and time to live.

use crate::{Migration, Step};

pub(crate) const MIGRATION: Migration = Migration {
    number: 1,
    name: "create the tables",
    step: Step::Schema(|store| Box::pin(store.create_tables())),
};
