//! Store failures, without the SDK's types. What a condition expects is an outcome of its function, never an error.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_types::error::display::DisplayErrorContext;

/// Why the store gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine asks for less: throttling, quota, a transaction in the way. Safe to try again.
    #[error("the store is busy: {0}")]
    Throttled(String),
    /// No answer, or a failure of the engine; a write may or may not have been applied. Safe to try again with the same client id.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
    /// The request itself was refused: a defect of this program or of its configuration.
    #[error("the store refused the request: {0}")]
    Refused(String),
    /// A stored row cannot be read.
    #[error("a stored row cannot be read: {0}")]
    Damaged(String),
}

impl StoreError {
    /// Whether trying again may help.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        matches!(self, Self::Throttled(_) | Self::Unavailable(_))
    }
}

const BUSY: [&str; 6] = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TransactionConflictException",
    "TransactionInProgressException",
    "LimitExceededException",
];

/// Classifies an SDK error. Key values never stand in these texts: the engine's messages name attributes, not contents.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the error ends here: callers hand it over with `map_err(classify)`"
)]
pub(crate) fn classify<E, R>(error: SdkError<E, R>) -> StoreError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let text = DisplayErrorContext(&error).to_string();
    match &error {
        SdkError::ServiceError(service) => match service.err().code() {
            Some(code) if BUSY.contains(&code) => StoreError::Throttled(code.to_owned()),
            Some(code @ ("InternalServerError" | "InternalFailure" | "ServiceUnavailable")) => {
                StoreError::Unavailable(code.to_owned())
            }
            Some("TransactionCanceledException") => StoreError::Throttled(text),
            _ => StoreError::Refused(text),
        },
        SdkError::ConstructionFailure(_) => StoreError::Refused(text),
        _ => StoreError::Unavailable(text),
    }
}
