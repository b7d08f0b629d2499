//! SQS's errors: the type in the body, and in a header the code that clients of the older query protocol know.

use axum::body::Body;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::json;

use crate::aws::{self, Unread};
use crate::queue::Refusal;

const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");

/// The errors that the gateway has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    BatchEntryIdsNotDistinct,
    BatchRequestTooLong,
    EmptyBatchRequest,
    InternalFailure,
    InvalidAttributeName,
    InvalidBatchEntryId,
    InvalidMessageContents,
    InvalidParameterValue,
    QueueDoesNotExist,
    ReceiptHandleIsInvalid,
    RequestThrottled,
    SerializationException,
    ServiceUnavailable,
    TooManyEntriesInBatchRequest,
    UnsupportedOperation,
}

/// An error and what to say of it.
#[derive(Debug)]
pub(super) enum Problem {
    /// One of SQS.
    Of(Kind, &'static str),
    /// The request was not read.
    Unread(Unread),
}

impl From<Unread> for Problem {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge => Kind::BatchRequestTooLong.because("The request is longer than 2 MiB."),
            Unread::Refused(_) | Unread::Late => Self::Unread(unread),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Full => Kind::RequestThrottled.because("The queue is full."),
            Refusal::Closed => Kind::ServiceUnavailable.because("The gateway shuts down."),
            Refusal::NoRandomness => Kind::InternalFailure.because("There is no randomness."),
        }
    }
}

impl Kind {
    pub(super) const fn because(self, message: &'static str) -> Problem {
        Problem::Of(self, message)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::BatchEntryIdsNotDistinct => "BatchEntryIdsNotDistinct",
            Self::BatchRequestTooLong => "BatchRequestTooLong",
            Self::EmptyBatchRequest => "EmptyBatchRequest",
            Self::InternalFailure => "InternalFailure",
            Self::InvalidAttributeName => "InvalidAttributeName",
            Self::InvalidBatchEntryId => "InvalidBatchEntryId",
            Self::InvalidMessageContents => "InvalidMessageContents",
            Self::InvalidParameterValue => "InvalidParameterValueException",
            Self::QueueDoesNotExist => "QueueDoesNotExist",
            Self::ReceiptHandleIsInvalid => "ReceiptHandleIsInvalid",
            Self::RequestThrottled => "RequestThrottled",
            Self::SerializationException => "SerializationException",
            Self::ServiceUnavailable => "ServiceUnavailable",
            Self::TooManyEntriesInBatchRequest => "TooManyEntriesInBatchRequest",
            Self::UnsupportedOperation => "UnsupportedOperation",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::InternalFailure => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The code of the query protocol, where it is another one, and whose fault it is.
    fn query(self) -> String {
        let code = match self {
            Self::QueueDoesNotExist => "AWS.SimpleQueueService.NonExistentQueue",
            Self::BatchEntryIdsNotDistinct => "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
            Self::BatchRequestTooLong => "AWS.SimpleQueueService.BatchRequestTooLong",
            Self::EmptyBatchRequest => "AWS.SimpleQueueService.EmptyBatchRequest",
            Self::InvalidBatchEntryId => "AWS.SimpleQueueService.InvalidBatchEntryId",
            Self::TooManyEntriesInBatchRequest => "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
            Self::UnsupportedOperation => "AWS.SimpleQueueService.UnsupportedOperation",
            Self::InvalidParameterValue => "InvalidParameterValue",
            _ => self.name(),
        };
        let whose = if self.status().is_server_error() {
            "Receiver"
        } else {
            "Sender"
        };
        format!("{code};{whose}")
    }
}

impl Problem {
    pub(super) fn response(&self) -> Response<Body> {
        match *self {
            Self::Of(kind, message) => {
                let body = json!({ "__type": format!("com.amazonaws.sqs#{}", kind.name()), "message": message });
                let mut response = aws::json(kind.status(), &body);
                if let Ok(query) = HeaderValue::from_str(&kind.query()) {
                    response.headers_mut().insert(QUERY_ERROR, query);
                }
                response
            }
            Self::Unread(unread) => {
                // A body that is too large has become an error of SQS.
                let too_large = (StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", "Too large");
                let (status, code, message) = unread.problem(too_large);
                let body = json!({ "__type": format!("com.amazon.coral.service#{code}"), "message": message });
                aws::json(status, &body)
            }
        }
    }

    /// Name, message, and whether the sender is at fault, as a batch says it of one entry.
    pub(super) fn entry(&self, id: &str) -> serde_json::Value {
        let (kind, message) = match *self {
            Self::Of(kind, message) => (kind, message),
            Self::Unread(_) => (Kind::InternalFailure, "The request was not read."),
        };
        let sender = !matches!(
            kind,
            Kind::InternalFailure | Kind::RequestThrottled | Kind::ServiceUnavailable
        );
        json!({ "Id": id, "SenderFault": sender, "Code": kind.name(), "Message": message })
    }
}
