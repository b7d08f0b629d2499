//! Asynchronous calls of functions: someone else waits for their end.

use std::fmt::Debug;

use bytes::Bytes;

use crate::push::BoxFuture;

/// Why a function will not be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the function cannot be called: {0}")]
pub struct CallError(pub String);

/// Has functions called after this one has answered, at least once each (Lambda's invocation type `Event`).
pub trait Calls: Send + Sync + Debug {
    /// Has `function` called with this event. Implementations return within 2 s.
    ///
    /// # Errors
    /// [`CallError`]; calling again is safe.
    fn call_later(&self, function: &'static str, event: Bytes) -> BoxFuture<'_, Result<(), CallError>>;
}
