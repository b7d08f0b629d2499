//! Which migrations have been applied.

use std::collections::HashMap;

use parlour_domain::Timestamp;

use crate::error::{StoreError, classify};
use crate::row::{item, key_item, number_of, text};
use crate::{Store, keys};

impl Store {
    /// The numbers of the applied migrations and when they were applied, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn applied_migrations(&self) -> Result<Vec<(u32, Timestamp)>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.tables.chat)
            .key_condition_expression("pk = :p AND begins_with(sk, :version)")
            .expression_attribute_values(":p", text(keys::schema_pk()))
            .expression_attribute_values(":version", text(keys::VERSION_PREFIX))
            .consistent_read(true)
            .send()
            .await
            .map_err(classify)?;
        Ok(answer
            .items()
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
