//! The invoker that calls the handlers in this process.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use parlour_handlers::MomentSource;
use parlour_service::Parlour;
use parlour_service::push::BoxFuture;

use crate::invoke::Invoke;

/// Calls the handlers with what they work with.
#[derive(Clone)]
pub struct InProcess {
    parlour: Arc<Parlour>,
    moments: MomentSource,
}

impl InProcess {
    /// Over this backend; each invocation gets a time and randomness of its own.
    #[must_use]
    pub fn new(parlour: Arc<Parlour>, moments: MomentSource) -> Self {
        Self { parlour, moments }
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").finish_non_exhaustive()
    }
}

impl Invoke for InProcess {
    fn invoke(&self, function: &'static str, payload: Bytes) -> BoxFuture<'static, Result<Bytes, String>> {
        let parlour = Arc::clone(&self.parlour);
        let moment = (self.moments)();
        Box::pin(async move {
            match parlour_handlers::invoke(&parlour, moment, function, &payload).await {
                Ok(answer) => Ok(Bytes::from(answer)),
                Err(error) => Err(error.to_string()),
            }
        })
    }
}
