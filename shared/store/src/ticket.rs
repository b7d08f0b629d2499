//! Tickets: credentials for a URL that work once and for a minute.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::ReturnValue;
use parlour_domain::{AppId, Timestamp, UserId};

use crate::error::{StoreError, classify, met};
use crate::row::{item, key_item, number, number_of, text_of};
use crate::{Store, keys};

/// The end of the credential that the ticket was got with, in milliseconds.
const UNTIL: &str = "until";

impl Store {
    /// Keeps a ticket by its hash, until it expires: whose it is, and until when the credential held that it was got with.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_ticket(
        &self,
        app: &AppId,
        hash: &str,
        (user, until): (UserId, Timestamp),
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        let mut row = item(&keys::ticket(app, hash), "ticket", &HashMap::from([("user", user)]))?;
        row.insert(UNTIL.to_owned(), number(until.millis()));
        row.insert(keys::TTL.to_owned(), number(expires.seconds()));
        self.client
            .put_item()
            .table_name(&self.tables.connections)
            .set_item(Some(row))
            .send()
            .await
            .map_err(classify)?;
        Ok(())
    }

    /// Uses a ticket up: its user and until when the credential held that it was got with, or `None` if it is unknown, used or
    /// expired.
    ///
    /// # Errors
    /// [`StoreError`]. If the answer was lost the ticket may be used up; the client asks for another one.
    pub async fn take_ticket(
        &self,
        app: &AppId,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<(UserId, Timestamp)>, StoreError> {
        // DynamoDB deletes one item at a time, condition or not. DynamoDB Local does so only with a condition: without one, two
        // calls at once are both told what they deleted.
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.tables.connections)
            .set_key(Some(key_item(&keys::ticket(app, hash))))
            .condition_expression("attribute_exists(pk)")
            .return_values(ReturnValue::AllOld)
            .send()
            .await;
        let Some(row) = met(deleted)?.and_then(|answer| answer.attributes) else {
            return Ok(None);
        };
        let live = number_of(&row, keys::TTL).is_some_and(|expires| expires >= now.seconds());
        let user = text_of(&row, "user").and_then(|user| UserId::parse(user).ok());
        let until = number_of(&row, UNTIL).map(Timestamp::from_millis);
        Ok(user.zip(until).filter(|_| live))
    }
}
