//! A DynamoDB engine in the process, behind an SDK HTTP connector: no socket, no second implementation of the store.
//!
//! The engine serialises all calls, so it serves one machine and modest load. One thread runs the calls; JSON is read
//! and written on the callers' threads. In a file a call is answered only after what it wrote (or read) is on disk, and
//! one `fdatasync` covers all calls that were waiting (group commit).

mod decode;
mod dispatch;
mod files;
mod inline;
mod thread;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use dynoxide::Database;

pub use inline::InlineEngine;

use crate::call;
use dispatch::Answer;
use thread::EngineThread;

/// Why an embedded engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The database file belongs to another engine, in this process or another one.
    #[error("{} is in use by another process; one process may open a database file at a time", .0.display())]
    InUse(PathBuf),
    /// A file or directory could not be created, locked, opened or synced.
    #[error("cannot prepare {}: {source}", .path.display())]
    File {
        /// What was being prepared.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The path is no UTF-8 text, which the engine needs.
    #[error("the database path {} is not UTF-8", .0.display())]
    Path(PathBuf),
    /// The engine refused to open the database.
    #[error("the embedded engine cannot open its database: {0}")]
    Engine(#[from] dynoxide::DynoxideError),
    /// The engine's thread could not be started.
    #[error("cannot start the engine's thread: {0}")]
    Thread(#[source] std::io::Error),
}

/// The embedded engine. Clones share one database.
///
/// Connectors keep the engine running. When the last handle and the last connector are gone, or at
/// [`EmbeddedEngine::close`], queued calls are run and answered, the thread ends and the file is unlocked.
#[derive(Clone)]
pub struct EmbeddedEngine {
    thread: Arc<EngineThread>,
    /// For what needs no connector; `None` once the engine is closed.
    database: Arc<Mutex<Option<Database>>>,
}

impl EmbeddedEngine {
    /// An empty database in memory, gone with the engine.
    ///
    /// # Errors
    /// If the engine or its thread cannot start.
    pub fn in_memory() -> Result<Self, EngineError> {
        Self::start(Database::memory()?, thread::Durability::None)
    }

    /// The database in a file, created if absent. For a directory (one that exists, or a new path without an
    /// extension) the file is `parlour.db` inside it.
    ///
    /// # Errors
    /// [`EngineError::InUse`] if another engine has the file open; else if the file or the engine cannot be opened.
    pub fn open(dir_or_file: &Path) -> Result<Self, EngineError> {
        let (database, durability) = files::open(dir_or_file)?;
        Self::start(database, durability)
    }

    fn start(database: Database, durability: thread::Durability) -> Result<Self, EngineError> {
        let thread = EngineThread::start(database.clone(), durability)?;
        Ok(Self {
            thread: Arc::new(thread),
            database: Arc::new(Mutex::new(Some(database))),
        })
    }

    /// Deletes rows whose time to live has ended, as DynamoDB does by itself, and answers how many. Blocks for as long as
    /// that takes, page by page; calls that are waiting go first between pages. Not synced: what a power cut brings back
    /// has still expired.
    ///
    /// # Errors
    /// [`EngineError::Engine`].
    pub fn delete_expired(&self) -> Result<usize, EngineError> {
        let database = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(database.as_ref().map_or(Ok(0), Database::sweep_ttl)?)
    }

    /// A connector that runs the SDK's calls on this engine. A call counts as applied once it is queued, even if its
    /// future is dropped. At most 1,024 calls are queued; the next ones wait.
    pub fn connector(&self) -> SharedHttpConnector {
        SharedHttpConnector::new(EngineConnector {
            thread: Arc::clone(&self.thread),
            request_ids: AtomicU64::new(1),
        })
    }

    /// Stops the engine although connectors are left: runs and answers what is queued, then closes the file. Blocks
    /// until that is done. Later calls fail with a connector error.
    pub fn close(&self) {
        self.database.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.thread.stop();
    }
}

impl std::fmt::Debug for EmbeddedEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmbeddedEngine")
            .field("thread", &self.thread)
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct EngineConnector {
    thread: Arc<EngineThread>,
    request_ids: AtomicU64,
}

impl HttpConnector for EngineConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let job = match prepare(request) {
            Ok(job) => job,
            Err(refusal) => return HttpConnectorFuture::ready(refusal.into_response(0)),
        };
        let id = self.request_ids.fetch_add(1, Ordering::Relaxed);
        let thread = Arc::clone(&self.thread);
        HttpConnectorFuture::new(async move {
            let outcome = thread.run(job).await?;
            Answer::of(outcome).into_response(id)
        })
    }
}

/// Reads the request into a call on the database, or says why not.
fn prepare(request: HttpRequest) -> Result<dispatch::Job, Answer> {
    let operation = call::operation(&request).unwrap_or_default().to_owned();
    let body = request.into_body();
    dispatch::prepare(&operation, body.bytes().unwrap_or_default())
}

impl Answer {
    fn into_response(self, id: u64) -> Result<HttpResponse, ConnectorError> {
        let mut response = call::response(self.status, self.body)?;
        response
            .headers_mut()
            .insert("x-amzn-requestid", format!("embedded-{id}"));
        Ok(response)
    }
}
