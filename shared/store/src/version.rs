//! Which migrations have been applied.

use std::collections::HashMap;

use parlour_domain::Timestamp;

use crate::error::{StoreError, classify};
use crate::query::{Part, Rows};
use crate::row::{item, key_item, number_of};
use crate::{Store, keys};

impl Store {
    /// The numbers of the applied migrations and when they were applied, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn applied_migrations(&self) -> Result<Vec<(u32, Timestamp)>, StoreError> {
        let versions = Part::Begins(keys::VERSION_PREFIX);
        let query = self.rows(&self.tables.chat, keys::schema_pk(), versions);
        let page = Rows::read(query.consistent_read(true), None).await?;
        Ok(page
            .rows
            .iter()
            .filter_map(|row| {
                let number = u32::try_from(number_of(row, "number")?).ok()?;
                Some((number, Timestamp::from_millis(number_of(row, "applied_at")?)))
            })
            .collect())
    }

    /// Notes that a migration has been applied; noting it twice changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn note_migration(&self, number: u32, now: Timestamp) -> Result<(), StoreError> {
        let row = HashMap::from([("number", i64::from(number)), ("applied_at", now.millis())]);
        self.client
            .put_item()
            .table_name(&self.tables.chat)
            .set_item(Some(item(&keys::schema_version(number), "schema_version", &row)?))
            .send()
            .await
            .map_err(classify)?;
        Ok(())
    }

    /// Takes the note of a migration back: it is to be applied again. Nothing happens if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_migration(&self, number: u32) -> Result<(), StoreError> {
        self.client
            .delete_item()
            .table_name(&self.tables.chat)
            .set_key(Some(key_item(&keys::schema_version(number))))
            .send()
            .await
            .map_err(classify)?;
        Ok(())
    }
}
