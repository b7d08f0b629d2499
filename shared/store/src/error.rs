//! Store failures, without the SDK's types. What a condition expects is an outcome of its function, never an error.

use std::error::Error;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

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

/// What went wrong, with its causes, as they display themselves: their debug forms have the whole answer of the engine, rows
/// included, and this is for logs.
fn told(error: &dyn Error) -> String {
    let (mut text, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Classifies an SDK error. Key values never stand in these texts: the engine's messages name attributes, not contents.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the error ends here: callers hand it over with `map_err(classify)`"
)]
pub(crate) fn classify<E>(error: SdkError<E, HttpResponse>) -> StoreError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let text = told(&error);
    match &error {
        SdkError::ServiceError(service) => match service.err().code() {
            Some(code) if BUSY.contains(&code) => StoreError::Throttled(code.to_owned()),
            Some(code @ ("InternalServerError" | "InternalFailure" | "ServiceUnavailable")) => {
                StoreError::Unavailable(code.to_owned())
            }
            Some("TransactionCanceledException") => StoreError::Throttled(text),
            // Whatever stands in between may fail without a name that DynamoDB knows.
            _ if service.raw().status().is_server_error() => StoreError::Unavailable(text),
            _ => StoreError::Refused(text),
        },
        SdkError::ConstructionFailure(_) => StoreError::Refused(text),
        _ => StoreError::Unavailable(text),
    }
}

/// What a conditional write answers; `None`: its condition did not hold.
pub(crate) fn met<T, E>(sent: Result<T, SdkError<E, HttpResponse>>) -> Result<Option<T>, StoreError>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match sent {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(None),
        Err(error) => Err(classify(error)),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::error::ErrorMetadata;
    use aws_sdk_dynamodb::operation::get_item::GetItemError;
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn answered(status: u16, code: Option<&str>) -> StoreError {
        let mut meta = ErrorMetadata::builder();
        if let Some(code) = code {
            meta = meta.code(code);
        }
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::empty());
        classify(SdkError::service_error(GetItemError::generic(meta.build()), response))
    }

    #[test]
    fn a_failure_of_the_server_may_be_tried_again_whoever_answered() {
        for status in [500, 502, 503, 504] {
            assert!(answered(status, None).retryable(), "{status}");
        }
        assert!(answered(500, Some("InternalServerError")).retryable());
        assert!(answered(400, Some("ThrottlingException")).retryable());
        assert!(!answered(400, Some("ValidationException")).retryable());
        assert!(!answered(403, None).retryable());
    }

    #[test]
    fn an_error_tells_its_causes_and_nothing_of_what_was_read() {
        let rows = HttpResponse::new(200_u16.try_into().unwrap(), SdkBody::from("what somebody said"));
        let broken = classify(SdkError::<GetItemError, _>::response_error("cut off", rows)).to_string();
        assert!(broken.contains("cut off"), "{broken}");
        assert!(!broken.contains("somebody"), "{broken}");
        let named = answered(400, Some("ValidationException")).to_string();
        assert!(named.contains("ValidationException"), "{named}");
    }
}
