//! The one place that scans: for migrations, export and proofs of erasure, never for what serves a request.
//!
//! A scan goes through the chat table in segments, which can be walked side by side, page by page, so that it can be stopped
//! after any page and go on from there.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use crate::error::{StoreError, classify};
use crate::keys::Key;
use crate::row::{Item, KIND, key_item, names, text, text_of};
use crate::{Store, keys};

/// The kind of a room's row.
pub const ROOM: &str = "room";

/// A part of the table: all rows whose partition falls to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Which one, from 0.
    pub index: u32,
    /// Of how many.
    pub of: u32,
}

/// A row as the scan found it: for the store's own functions.
#[derive(Debug, Clone)]
pub struct ScannedRow(pub(crate) Item);

/// A page of a scan.
#[derive(Debug, Clone)]
pub struct ScanPage {
    /// The rows of the kind that was asked for.
    pub rows: Vec<ScannedRow>,
    /// Rows of any kind that were read.
    pub read: u64,
    /// Read units that it took; 0 if the engine does not say.
    pub units: f64,
    /// Where the next page goes on; `None`: this was the last one.
    pub next: Option<Key>,
}

impl Store {
    /// Reads at most `limit` rows (and 1 MB) of a segment of the chat table, consistently, and gives those of one kind.
    /// Costs what it reads, whatever it gives.
    ///
    /// # Errors
    /// [`StoreError`].
    #[expect(
        clippy::disallowed_methods,
        reason = "what has to see every row of a kind has no other way"
    )]
    pub async fn scan(
        &self,
        kind: &str,
        segment: Segment,
        after: Option<&Key>,
        limit: u32,
    ) -> Result<ScanPage, StoreError> {
        let number = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        let filter = format!("#{KIND} = :kind");
        let page = self
            .client
            .scan()
            .table_name(&self.tables.chat)
            .segment(number(segment.index))
            .total_segments(number(segment.of))
            .set_expression_attribute_names(names(&filter))
            .filter_expression(filter)
            .expression_attribute_values(":kind", text(kind))
            .consistent_read(true)
            .set_exclusive_start_key(after.map(key_item))
            .limit(number(limit))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(classify)?;
        let next = page.last_evaluated_key.as_ref().map(|row| {
            let part = |name| text_of(row, name).map(str::to_owned);
            let key = part(keys::PK).zip(part(keys::SK)).map(|(pk, sk)| Key { pk, sk });
            key.ok_or_else(|| StoreError::Damaged("the end of a page without a key".to_owned()))
        });
        Ok(ScanPage {
            read: u64::try_from(page.scanned_count).unwrap_or_default(),
            units: page
                .consumed_capacity
                .and_then(|used| used.capacity_units)
                .unwrap_or_default(),
            next: next.transpose()?,
            rows: page.items.unwrap_or_default().into_iter().map(ScannedRow).collect(),
        })
    }

    /// How many rows the chat table has; DynamoDB counts them every six hours.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn chat_rows(&self) -> Result<u64, StoreError> {
        let answer = self.client.describe_table().table_name(&self.tables.chat).send().await;
        let count = answer.map_err(classify)?.table.and_then(|table| table.item_count);
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
    }
}
