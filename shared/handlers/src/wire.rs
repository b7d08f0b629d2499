//! The one map from errors to the wire, and the one log line of each.

use parlour_domain::access::Denied;
use parlour_protocol::{Code, WireError};
use parlour_service::{Error, metric};
use parlour_store::StoreError;

use crate::InvokeError;

/// What a client is told. Faults are logged here, under the request's id; clients learn nothing of their inside.
pub(crate) fn wire(error: Error, request_id: &str) -> WireError {
    throttled(&error);
    match &error {
        Error::Store(StoreError::Throttled(_) | StoreError::Unavailable(_)) => {
            tracing::warn!(request_id, %error, "the store gives no answer");
        }
        Error::Files(_) => tracing::error!(request_id, %error, "the files cannot be reached"),
        Error::EventBus(_) => tracing::error!(request_id, %error, "the event bus cannot be reached"),
        Error::Store(_) | Error::Defect(_) => tracing::error!(request_id, %error, "a request failed"),
        _ => tracing::debug!(request_id, %error, "refused"),
    }
    match error {
        Error::Invalid(invalid) => invalid.into(),
        Error::RateLimited { retry_after_ms } => WireError {
            retry_after_ms: Some(retry_after_ms),
            ..WireError::new(Code::RateLimited)
        },
        Error::TooLarge => WireError {
            message: "The form is too large: announce its files by POST /attachments, and upload them.".to_owned(),
            ..WireError::new(Code::PayloadTooLarge)
        },
        Error::MessageRefused { reason } => {
            let mut refused = WireError::new(Code::MessageRefused);
            if let Some(reason) = reason {
                refused.extra.insert("reason".to_owned(), reason.into());
            }
            refused
        }
        other => WireError::new(code(&other)),
    }
}

fn code(error: &Error) -> Code {
    match error {
        Error::Invalid(_) => Code::InvalidInput,
        Error::Unauthenticated => Code::Unauthenticated,
        Error::TokenExpired => Code::TokenExpired,
        Error::NotVerified => Code::VerificationUnavailable,
        Error::LastToken => Code::LastToken,
        Error::OriginNotAllowed => Code::OriginNotAllowed,
        Error::Denied(Denied::NotFound) | Error::NotFound => Code::NotFound,
        Error::Denied(Denied::Forbidden) => Code::Forbidden,
        Error::Denied(Denied::UserRequired) => Code::UserRequired,
        Error::Denied(Denied::Muted) => Code::Muted,
        Error::Denied(Denied::Archived) => Code::RoomArchived,
        Error::Banned => Code::Banned,
        Error::AlreadyMember => Code::AlreadyMember,
        Error::RoomKeyTaken => Code::RoomKeyTaken,
        Error::RateLimited { .. } => Code::RateLimited,
        Error::MessageRefused { .. } => Code::MessageRefused,
        Error::HookUnavailable => Code::HookUnavailable,
        Error::Denied(Denied::Blocked) => Code::Blocked,
        Error::ClientIdConflict => Code::ClientIdConflict,
        Error::ExternalIdTaken => Code::ExternalIdTaken,
        Error::StaleBase => Code::StaleBase,
        Error::OutcomeUnknown => Code::OutcomeUnknown,
        Error::UserSuspended => Code::UserSuspended,
        Error::NotUploaded => Code::NotUploaded,
        Error::TooLarge => Code::PayloadTooLarge,
        Error::FileMismatch => Code::FileMismatch,
        Error::Files(_) | Error::EventBus(_) => Code::Unavailable,
        Error::MessageDeleted => Code::MessageDeleted,
        Error::TooManyEdits => Code::TooManyEdits,
        Error::TooManyReactions => Code::TooManyReactions,
        Error::TooManyPins => Code::TooManyPins,
        Error::TooManyWebhooks => Code::TooManyWebhooks,
        Error::TooManySecrets => Code::TooManySecrets,
        Error::DirectRoom => Code::DirectRoom,
        Error::RoomFull => Code::RoomFull,
        Error::TooManyRooms => Code::TooManyRooms,
        Error::UnknownConnection => Code::UnknownConnection,
        Error::RoomBusy => Code::RoomBusy,
        Error::Busy => Code::Busy,
        Error::Store(error) if error.retryable() => Code::Unavailable,
        Error::Store(_) | Error::Defect(_) => Code::Internal,
    }
}

/// Counts a request that ended with an error; every one of them once, at its end.
pub(crate) fn ended(error: &WireError) {
    match error.code {
        Code::Internal | Code::Unavailable => metric::FAULTS.add(1),
        _ => metric::REFUSALS.add(1),
    }
}

/// An invocation that a use-case failed.
pub(crate) fn failed(function: &'static str, error: &Error) -> InvokeError {
    throttled(error);
    fault(function, error)
}

fn throttled(error: &Error) {
    if let Error::Store(error) = error {
        metric::store_failed(error);
    }
}

/// A failed invocation.
pub(crate) fn fault(function: &'static str, error: &dyn std::fmt::Display) -> InvokeError {
    metric::FAULTS.add(1);
    tracing::error!(function, %error, "an invocation failed");
    InvokeError::Fault("the function failed")
}
