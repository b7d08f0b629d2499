//! The queues of the `fan_out` function, what is left to tell when the sender is answered, and of the `deliver` function, what is
//! to be told to webhooks.

use std::fmt::Debug;

use crate::push::BoxFuture;

/// Why messages are not in the queue; some of them may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the queue does not take it: {0}")]
pub struct QueueError(pub String);

/// Takes messages for its function, which gets each at least once, in any order, and several at a time.
pub trait Queue: Send + Sync + Debug {
    /// Puts messages of up to 64 KB each. Implementations return within 2 s.
    ///
    /// # Errors
    /// [`QueueError`]; putting all of them again is safe.
    fn put(&self, messages: Vec<String>) -> BoxFuture<'_, Result<(), QueueError>>;

    /// The same, and the function gets them no sooner than so many seconds later; at most 900. A queue that is about to end
    /// does not wait.
    ///
    /// # Errors
    /// [`QueueError`]; putting all of them again is safe.
    fn put_later(&self, messages: Vec<String>, seconds: u16) -> BoxFuture<'_, Result<(), QueueError>>;
}
