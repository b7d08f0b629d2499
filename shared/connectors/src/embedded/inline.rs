//! The engine in memory without its thread: a call runs when its future is first polled, on the poller's thread.
//!
//! For tests that step through calls one by one or run on tokio's paused clock, which would run ahead while another
//! thread works. Not for serving: a task that loops over such calls never yields.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use dynoxide::Database;

use super::EngineError;
use super::dispatch::Answer;

/// An in-memory database whose calls run on the caller's thread. Clones share one database.
#[derive(Clone)]
pub struct InlineEngine {
    database: Database,
}

impl InlineEngine {
    /// An empty database.
    ///
    /// # Errors
    /// If the engine cannot start.
    pub fn new() -> Result<Self, EngineError> {
        Ok(Self {
            database: Database::memory()?,
        })
    }

    /// A connector on this database.
    pub fn connector(&self) -> SharedHttpConnector {
        SharedHttpConnector::new(InlineConnector {
            database: self.database.clone(),
            request_ids: AtomicU64::new(1),
        })
    }
}

impl std::fmt::Debug for InlineEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InlineEngine").finish_non_exhaustive()
    }
}

struct InlineConnector {
    database: Database,
    request_ids: AtomicU64,
}

impl std::fmt::Debug for InlineConnector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InlineConnector").finish_non_exhaustive()
    }
}

impl HttpConnector for InlineConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let id = self.request_ids.fetch_add(1, Ordering::Relaxed);
        let database = self.database.clone();
        HttpConnectorFuture::new(async move {
            let answer = match super::prepare(request) {
                Ok(job) => Answer::of((job.run)(&database)),
                Err(refusal) => refusal,
            };
            answer.into_response(id)
        })
    }
}
