//! The event bus that hears what happens in every app's rooms, where a deployment has one.

use std::fmt::Debug;

use parlour_domain::Timestamp;

use crate::push::BoxFuture;

/// Something that happened.
#[derive(Clone, PartialEq, Eq)]
pub struct BusEvent {
    /// What, such as `message.created`.
    pub kind: &'static str,
    /// When.
    pub at: Timestamp,
    /// The JSON of the event.
    pub detail: String,
}

/// Without what it says.
impl Debug for BusEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BusEvent")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Why events are not on the bus; some of them may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the event bus does not take it: {0}")]
pub struct BusError(pub String);

/// Takes events, and gives each to its rules at least once.
pub trait EventBus: Send + Sync + Debug {
    /// Puts them, the first ones first. Implementations return within 5 s.
    ///
    /// # Errors
    /// [`BusError`]; putting all of them again is safe.
    fn put(&self, events: Vec<BusEvent>) -> BoxFuture<'_, Result<(), BusError>>;
}
