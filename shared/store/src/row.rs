//! Rows as items: the key, the kind of row and what it holds.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::{
    AttributeValue, DeleteRequest, KeysAndAttributes, PutRequest, ReturnValue, WriteRequest,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{StoreError, classify, met};
use crate::keys::{self, Key};

pub(crate) type Item = HashMap<String, AttributeValue>;

/// The name of the attribute that says what kind of row this is.
pub(crate) const KIND: &str = "t";

/// Rows that are written at once, at most.
const BATCH: usize = 25;

/// Calls of one batch: what the engine leaves over is tried again.
const TRIES: u32 = 8;

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number(value: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// The attribute names that an expression writes as `#word`: each stands for `word`, because some are reserved words.
pub(crate) fn names(expression: &str) -> Option<HashMap<String, String>> {
    let names: HashMap<_, _> = expression
        .split('#')
        .skip(1)
        .map(|rest| {
            rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default()
        })
        .map(|word| (format!("#{word}"), word.to_owned()))
        .collect();
    (!names.is_empty()).then_some(names)
}

/// The key's two attributes.
pub(crate) fn key_item(key: &Key) -> Item {
    HashMap::from([
        (keys::PK.to_owned(), text(&key.pk)),
        (keys::SK.to_owned(), text(&key.sk)),
    ])
}

/// A whole row.
pub(crate) fn item<T: Serialize>(key: &Key, kind: &str, value: &T) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(value).map_err(|error| StoreError::Damaged(error.to_string()))?;
    item.extend(key_item(key));
    item.insert(KIND.to_owned(), text(kind));
    Ok(item)
}

/// One attribute.
pub(crate) fn value<T: Serialize>(value: &T) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(value).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// What a row holds. Attributes that this version does not know are ignored: a newer version may have written them.
pub(crate) fn read<T: DeserializeOwned>(item: Item) -> Result<T, StoreError> {
    serde_dynamo::from_item(item).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// A text attribute of a row.
pub(crate) fn text_of<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
}

/// A number attribute of a row.
pub(crate) fn number_of(item: &Item, name: &str) -> Option<i64> {
    item.get(name)
        .and_then(|value| value.as_n().ok())
        .and_then(|text| text.parse().ok())
}

impl crate::Store {
    /// One row by its key.
    pub(crate) async fn get(&self, table: &str, key: &Key, consistent: bool) -> Result<Option<Item>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(table)
            .set_key(Some(key_item(key)))
            .consistent_read(consistent)
            .send()
            .await
            .map_err(classify)?;
        Ok(answer.item)
    }

    /// Updates a row that exists; `false` if it does not.
    pub(crate) async fn update_existing<const N: usize>(
        &self,
        table: &str,
        key: &Key,
        expression: &str,
        values: [(&str, AttributeValue); N],
    ) -> Result<bool, StoreError> {
        self.update_if(table, key, expression, "attribute_exists(pk)", values)
            .await
    }

    /// Updates a row under a condition, which must make sure that there is one unless one may be made; `false` if it does not hold.
    pub(crate) async fn update_if<const N: usize>(
        &self,
        table: &str,
        key: &Key,
        expression: &str,
        condition: &str,
        values: [(&str, AttributeValue); N],
    ) -> Result<bool, StoreError> {
        let updated = self.update(table, key, (expression, condition), values, ReturnValue::None);
        Ok(updated.await?.is_some())
    }

    /// The same, and answers with the row as it is then; `None` if the condition does not hold.
    pub(crate) async fn update_and_get<const N: usize>(
        &self,
        table: &str,
        key: &Key,
        expression: &str,
        condition: &str,
        values: [(&str, AttributeValue); N],
    ) -> Result<Option<Item>, StoreError> {
        self.update(table, key, (expression, condition), values, ReturnValue::AllNew)
            .await
    }

    async fn update<const N: usize>(
        &self,
        table: &str,
        key: &Key,
        (expression, condition): (&str, &str),
        values: [(&str, AttributeValue); N],
        returns: ReturnValue,
    ) -> Result<Option<Item>, StoreError> {
        let mut update = self
            .client
            .update_item()
            .table_name(table)
            .set_key(Some(key_item(key)))
            .update_expression(expression)
            .set_expression_attribute_names(names(&format!("{expression} {condition}")))
            .condition_expression(condition)
            .return_values(returns);
        for (name, value) in values {
            update = update.expression_attribute_values(name, value);
        }
        Ok(met(update.send().await)?.map(|answer| answer.attributes.unwrap_or_default()))
    }

    /// Rows of any table by their keys, at most 100, in no order, each once; what the engine leaves over is asked for again.
    pub(crate) async fn get_many(
        &self,
        table: &str,
        wanted: &[Key],
        consistent: bool,
    ) -> Result<Vec<Item>, StoreError> {
        // A batch refuses a key that it is given twice, and an index that is a moment behind may name a row twice.
        let mut asked = HashSet::with_capacity(wanted.len());
        let mut left: Vec<Item> = wanted.iter().filter(|key| asked.insert(*key)).map(key_item).collect();
        let (mut rows, mut tries) = (Vec::with_capacity(left.len()), 0_u32);
        while !left.is_empty() {
            if tries == TRIES {
                return Err(StoreError::Throttled(format!("rows are left over after {TRIES} tries")));
            }
            if tries > 0 {
                tokio::time::sleep(std::time::Duration::from_millis(20 << tries)).await;
            }
            tries += 1;
            let request = KeysAndAttributes::builder()
                .set_keys(Some(left))
                .consistent_read(consistent)
                .build();
            let request = request.map_err(|error| StoreError::Refused(error.to_string()))?;
            let answer = self
                .client
                .batch_get_item()
                .request_items(table, request)
                .send()
                .await
                .map_err(classify)?;
            rows.extend(
                answer
                    .responses
                    .and_then(|mut tables| tables.remove(table))
                    .unwrap_or_default(),
            );
            left = answer
                .unprocessed_keys
                .and_then(|mut tables| tables.remove(table))
                .map(|left| left.keys)
                .unwrap_or_default();
        }
        Ok(rows)
    }

    /// Puts rows, each another one, in batches of 25, whatever is there; what the engine leaves over is sent again.
    pub(crate) async fn put_many(&self, table: &str, rows: Vec<Item>) -> Result<(), StoreError> {
        let mut puts = Vec::with_capacity(rows.len());
        for row in rows {
            let put = PutRequest::builder().set_item(Some(row)).build();
            let put = put.map_err(|error| StoreError::Refused(error.to_string()))?;
            puts.push(WriteRequest::builder().put_request(put).build());
        }
        self.write_batches(table, &puts).await
    }

    /// Deletes rows in batches of 25; what the engine leaves over is sent again.
    pub(crate) async fn delete_many(&self, table: &str, doomed: &[Key]) -> Result<(), StoreError> {
        let mut deletes = Vec::with_capacity(doomed.len());
        for key in doomed {
            let delete = DeleteRequest::builder().set_key(Some(key_item(key))).build();
            let delete = delete.map_err(|error| StoreError::Refused(error.to_string()))?;
            deletes.push(WriteRequest::builder().delete_request(delete).build());
        }
        self.write_batches(table, &deletes).await
    }

    async fn write_batches(&self, table: &str, writes: &[WriteRequest]) -> Result<(), StoreError> {
        for batch in writes.chunks(BATCH) {
            self.write_batch(table, batch.to_vec()).await?;
        }
        Ok(())
    }

    async fn write_batch(&self, table: &str, mut left: Vec<WriteRequest>) -> Result<(), StoreError> {
        let mut tries = 0_u32;
        while !left.is_empty() {
            if tries == TRIES {
                return Err(StoreError::Throttled(format!(
                    "writes are left over after {TRIES} tries"
                )));
            }
            if tries > 0 {
                tokio::time::sleep(std::time::Duration::from_millis(20 << tries)).await;
            }
            tries += 1;
            let answer = self
                .client
                .batch_write_item()
                .request_items(table, left)
                .send()
                .await
                .map_err(classify)?;
            left = answer
                .unprocessed_items
                .and_then(|mut tables| tables.remove(table))
                .unwrap_or_default();
        }
        Ok(())
    }
}
