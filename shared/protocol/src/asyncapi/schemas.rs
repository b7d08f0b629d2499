//! The JSON Schemas of types, each kept once under its name.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::ToSchema;

/// What was asked for so far.
#[derive(Debug, Default)]
pub(super) struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    /// A reference to the schema of `T`, which is kept with all that it refers to.
    pub(super) fn reference<T: ToSchema>(&mut self) -> Value {
        let mut found = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut found);
        for (name, schema) in found {
            self.0.entry(name).or_insert_with(|| json!(schema));
        }
        json!({ "$ref": format!("#/components/schemas/{}", T::name()) })
    }

    /// All of them, by name.
    pub(super) fn into_map(self) -> BTreeMap<String, Value> {
        self.0
    }
}
