//! The way to servers of integrators, whose addresses they choose themselves: what is behind it decides whom it may call.

use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use parlour_domain::delivery::Failure;

use crate::push::BoxFuture;

/// A POST of JSON.
#[derive(Clone)]
pub struct Call {
    /// Where to.
    pub url: String,
    /// Headers beside those about the body.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON.
    pub body: Bytes,
}

/// Neither where to nor what: both may be secret.
impl Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

/// Calls servers of integrators. Implementations follow no redirect, take no proxy from the environment, read a bounded part of an
/// answer, and call no address inside their own network unless they were told to.
pub trait Fetch: Send + Sync + Debug {
    /// Posts, and answers with the status. Returns within `limit`, name resolution included.
    ///
    /// # Errors
    /// [`Failure::TimedOut`], [`Failure::Unreachable`], [`Failure::Forbidden`].
    fn post(&self, call: Call, limit: Duration) -> BoxFuture<'_, Result<u16, Failure>>;
}
