//! The two tables: key schema, index, time to live. The SAM template declares the same ones for AWS.

use std::time::Duration;

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TableStatus, TimeToLiveSpecification,
};

use crate::error::{StoreError, classify};
use crate::{Store, keys};

fn refused(error: impl std::fmt::Display) -> StoreError {
    StoreError::Refused(error.to_string())
}

fn key_schema(pk: &str, sk: &str) -> Result<Vec<KeySchemaElement>, StoreError> {
    [(pk, KeyType::Hash), (sk, KeyType::Range)]
        .into_iter()
        .map(|(name, kind)| {
            KeySchemaElement::builder()
                .attribute_name(name)
                .key_type(kind)
                .build()
                .map_err(refused)
        })
        .collect()
}

impl Store {
    /// Creates both tables where they are missing and waits, at most a minute each, until they are usable.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create_tables(&self) -> Result<(), StoreError> {
        self.create_table(&self.tables.chat, keys::INVERTED).await?;
        self.create_table(&self.tables.connections, keys::LEASES).await
    }

    /// Whether both tables exist and are usable.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tables_exist(&self) -> Result<bool, StoreError> {
        Ok(self.table_is_active(&self.tables.chat).await? && self.table_is_active(&self.tables.connections).await?)
    }

    /// Deletes both tables with all they hold: for tests.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn drop_tables(&self) -> Result<(), StoreError> {
        for table in [&self.tables.chat, &self.tables.connections] {
            self.client
                .delete_table()
                .table_name(table)
                .send()
                .await
                .map_err(classify)?;
        }
        Ok(())
    }

    async fn table_is_active(&self, table: &str) -> Result<bool, StoreError> {
        match self.client.describe_table().table_name(table).send().await {
            Ok(answer) => Ok(answer.table().and_then(|table| table.table_status()) == Some(&TableStatus::Active)),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_resource_not_found_exception()) =>
            {
                Ok(false)
            }
            Err(error) => Err(classify(error)),
        }
    }

    async fn create_table(&self, table: &str, index: &str) -> Result<(), StoreError> {
        if self.table_is_active(table).await? {
            return Ok(());
        }
        let projection = Projection::builder().projection_type(ProjectionType::KeysOnly).build();
        let index = GlobalSecondaryIndex::builder()
            .index_name(index)
            .set_key_schema(Some(key_schema(keys::INDEX_PK, keys::INDEX_SK)?))
            .projection(projection)
            .build()
            .map_err(refused)?;
        let mut create = self
            .client
            .create_table()
            .table_name(table)
            .set_key_schema(Some(key_schema(keys::PK, keys::SK)?))
            .global_secondary_indexes(index)
            .billing_mode(BillingMode::PayPerRequest);
        for name in [keys::PK, keys::SK, keys::INDEX_PK, keys::INDEX_SK] {
            let attribute = AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(ScalarAttributeType::S);
            create = create.attribute_definitions(attribute.build().map_err(refused)?);
        }
        match create.send().await {
            Ok(_) => {}
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_resource_in_use_exception()) => {}
            Err(error) => return Err(classify(error)),
        }
        self.wait_until_active(table).await?;
        self.expire_by_ttl(table).await
    }

    async fn wait_until_active(&self, table: &str) -> Result<(), StoreError> {
        for _ in 0..60 {
            if self.table_is_active(table).await? {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Err(StoreError::Unavailable(format!(
            "table {table} is not usable after a minute"
        )))
    }

    async fn expire_by_ttl(&self, table: &str) -> Result<(), StoreError> {
        let ttl = TimeToLiveSpecification::builder()
            .enabled(true)
            .attribute_name(keys::TTL)
            .build()
            .map_err(refused)?;
        match self
            .client
            .update_time_to_live()
            .table_name(table)
            .time_to_live_specification(ttl)
            .send()
            .await
        {
            Ok(_) => Ok(()),
            // Enabled already: every engine says so as a validation error.
            Err(error) if error.as_service_error().and_then(|e| e.meta().code()) == Some("ValidationException") => {
                Ok(())
            }
            Err(error) => Err(classify(error)),
        }
    }
}
