//! Transactions: the one place that builds them and reads why one was cancelled.

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    CancellationReason, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure as OnFailure,
    TransactWriteItem, Update,
};

use crate::Store;
use crate::error::{StoreError, classify};
use crate::keys::{self, Key};
use crate::row::{Item, key_item, names};

/// Why a transaction was cancelled, by the action that did it.
#[derive(Debug)]
pub(crate) enum Cancelled {
    /// The condition of action `index` did not hold; `found` is the row that is there, if any.
    Condition {
        /// The action, counted from 0.
        index: usize,
        /// The row that is there.
        found: Option<Item>,
    },
    /// Another transaction touches the same rows.
    Conflict,
}

/// What became of a transaction.
pub(crate) type Transacted = Result<(), Cancelled>;

impl Store {
    /// Runs a transaction of at most 100 actions.
    pub(crate) async fn transact(&self, actions: Vec<TransactWriteItem>) -> Result<Transacted, StoreError> {
        match self
            .client
            .transact_write_items()
            .set_transact_items(Some(actions))
            .send()
            .await
        {
            Ok(_) => Ok(Ok(())),
            Err(error) => cancelled(error).map(Err),
        }
    }
}

fn cancelled(error: SdkError<TransactWriteItemsError, HttpResponse>) -> Result<Cancelled, StoreError> {
    if let SdkError::ServiceError(service) = &error
        && let TransactWriteItemsError::TransactionCanceledException(reasons) = service.err()
    {
        for (index, reason) in reasons.cancellation_reasons().iter().enumerate() {
            match reason.code() {
                Some("ConditionalCheckFailed") => {
                    return Ok(Cancelled::Condition {
                        index,
                        found: reason.item().cloned().filter(|item| !item.is_empty()),
                    });
                }
                Some("TransactionConflict") => return Ok(Cancelled::Conflict),
                _ => {}
            }
        }
        let lasting = |code: &&str| ["ValidationError", "ItemCollectionSizeLimitExceeded"].contains(code);
        let mut codes = reasons
            .cancellation_reasons()
            .iter()
            .filter_map(CancellationReason::code);
        if let Some(code) = codes.find(lasting) {
            // It would be cancelled again.
            return Err(StoreError::Refused(code.to_owned()));
        }
    }
    Err(classify(error))
}

/// Whether an action is about this row: a transaction may name a row once.
pub(crate) fn concerns(action: &TransactWriteItem, row: &Item) -> bool {
    let key = (action.update().map(Update::key))
        .or_else(|| action.condition_check().map(ConditionCheck::key))
        .or_else(|| action.delete().map(Delete::key))
        .or_else(|| action.put().map(Put::item));
    key.is_some_and(|key| [keys::PK, keys::SK].iter().all(|part| key.get(*part) == row.get(*part)))
}

/// Something that a builder of the SDK refuses only if this program forgot a field.
fn built<T, E: std::fmt::Display>(result: Result<T, E>) -> Result<T, StoreError> {
    result.map_err(|error| StoreError::Refused(error.to_string()))
}

/// Puts a row where none is.
pub(crate) fn put_new(table: &str, item: Item) -> Result<TransactWriteItem, StoreError> {
    put_if(table, item, "attribute_not_exists(pk)", [])
}

/// Puts a row under a condition.
pub(crate) fn put_if<const N: usize>(
    table: &str,
    item: Item,
    condition: &str,
    values: [(&str, aws_sdk_dynamodb::types::AttributeValue); N],
) -> Result<TransactWriteItem, StoreError> {
    let mut put = Put::builder()
        .table_name(table)
        .set_item(Some(item))
        .set_expression_attribute_names(names(condition))
        .condition_expression(condition)
        .return_values_on_condition_check_failure(OnFailure::AllOld);
    for (name, value) in values {
        put = put.expression_attribute_values(name, value);
    }
    Ok(TransactWriteItem::builder().put(built(put.build())?).build())
}

/// Puts a row, whatever is there.
pub(crate) fn put(table: &str, item: Item) -> Result<TransactWriteItem, StoreError> {
    let put = Put::builder().table_name(table).set_item(Some(item));
    Ok(TransactWriteItem::builder().put(built(put.build())?).build())
}

/// Updates a row under a condition, which must make sure that there is one.
pub(crate) fn update<const N: usize>(
    table: &str,
    key: &Key,
    expression: &str,
    condition: &str,
    values: [(&str, aws_sdk_dynamodb::types::AttributeValue); N],
) -> Result<TransactWriteItem, StoreError> {
    update_named(table, key, expression, condition, [], values)
}

/// Updates a row, or makes it if there is none.
pub(crate) fn put_or_update(
    table: &str,
    key: &Key,
    expression: &str,
    values: impl IntoIterator<Item = (&'static str, aws_sdk_dynamodb::types::AttributeValue)>,
) -> Result<TransactWriteItem, StoreError> {
    let mut update = Update::builder()
        .table_name(table)
        .set_key(Some(key_item(key)))
        .update_expression(expression);
    for (name, value) in values {
        update = update.expression_attribute_values(name, value);
    }
    Ok(TransactWriteItem::builder().update(built(update.build())?).build())
}

/// [`update`] with names that stand for other words than their own: parts of a document that users name.
pub(crate) fn update_named<const M: usize, const N: usize>(
    table: &str,
    key: &Key,
    expression: &str,
    condition: &str,
    named: [(&str, &str); M],
    values: [(&str, aws_sdk_dynamodb::types::AttributeValue); N],
) -> Result<TransactWriteItem, StoreError> {
    let mut update = Update::builder()
        .table_name(table)
        .set_key(Some(key_item(key)))
        .update_expression(expression)
        .set_expression_attribute_names(names(&format!("{expression} {condition}")))
        .condition_expression(condition)
        .return_values_on_condition_check_failure(OnFailure::AllOld);
    for (name, word) in named {
        update = update.expression_attribute_names(name, word);
    }
    for (name, value) in values {
        update = update.expression_attribute_values(name, value);
    }
    Ok(TransactWriteItem::builder().update(built(update.build())?).build())
}

/// Deletes a row.
pub(crate) fn delete(table: &str, key: &Key) -> Result<TransactWriteItem, StoreError> {
    let delete = Delete::builder().table_name(table).set_key(Some(key_item(key)));
    Ok(TransactWriteItem::builder().delete(built(delete.build())?).build())
}

/// Deletes a row under a condition.
pub(crate) fn delete_if<const N: usize>(
    table: &str,
    key: &Key,
    condition: &str,
    values: [(&str, aws_sdk_dynamodb::types::AttributeValue); N],
) -> Result<TransactWriteItem, StoreError> {
    let mut delete = Delete::builder()
        .table_name(table)
        .set_key(Some(key_item(key)))
        .set_expression_attribute_names(names(condition))
        .condition_expression(condition)
        .return_values_on_condition_check_failure(OnFailure::AllOld);
    for (name, value) in values {
        delete = delete.expression_attribute_values(name, value);
    }
    Ok(TransactWriteItem::builder().delete(built(delete.build())?).build())
}

/// Goes on only if the condition holds.
pub(crate) fn check<const N: usize>(
    table: &str,
    key: &Key,
    condition: &str,
    values: [(&str, aws_sdk_dynamodb::types::AttributeValue); N],
) -> Result<TransactWriteItem, StoreError> {
    let mut check = ConditionCheck::builder()
        .table_name(table)
        .set_key(Some(key_item(key)))
        .set_expression_attribute_names(names(condition))
        .condition_expression(condition)
        .return_values_on_condition_check_failure(OnFailure::AllOld);
    for (name, value) in values {
        check = check.expression_attribute_values(name, value);
    }
    Ok(TransactWriteItem::builder()
        .condition_check(built(check.build())?)
        .build())
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::error::ErrorMetadata;
    use aws_sdk_dynamodb::types::error::TransactionCanceledException;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn answer() -> HttpResponse {
        HttpResponse::new(400_u16.try_into().unwrap(), SdkBody::empty())
    }

    /// What a transaction comes to that was cancelled for these reasons.
    fn cancelled_for(codes: &[&str]) -> Result<Cancelled, StoreError> {
        let reason = |code: &&str| CancellationReason::builder().code(*code).build();
        let exception = TransactionCanceledException::builder()
            .set_cancellation_reasons(Some(codes.iter().map(reason).collect()))
            .meta(ErrorMetadata::builder().code("TransactionCanceledException").build())
            .build();
        let error = TransactWriteItemsError::TransactionCanceledException(exception);
        cancelled(SdkError::service_error(error, answer()))
    }

    #[test]
    fn only_what_may_pass_is_to_be_tried_again() {
        for passing in ["ThrottlingError", "ProvisionedThroughputExceeded"] {
            assert!(cancelled_for(&["None", passing]).unwrap_err().retryable(), "{passing}");
        }
        for lasting in ["ValidationError", "ItemCollectionSizeLimitExceeded"] {
            assert!(!cancelled_for(&["None", lasting]).unwrap_err().retryable(), "{lasting}");
        }
    }

    #[test]
    fn a_condition_or_a_conflict_is_no_error_whatever_stands_before_it() {
        let condition = cancelled_for(&["ValidationError", "ConditionalCheckFailed"]);
        assert!(matches!(condition, Ok(Cancelled::Condition { index: 1, found: None })));
        let conflict = cancelled_for(&["ThrottlingError", "TransactionConflict"]);
        assert!(matches!(conflict, Ok(Cancelled::Conflict)));
    }
}
