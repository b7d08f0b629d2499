//! Which connections are open, and the hand-over of posts to them.
//!
//! An entry exists from the moment the handshake is accepted until the socket is closed; outside that span a post finds
//! nobody (410), as with API Gateway, where nothing can be posted from inside `$connect`.

mod outbox;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use parlour_service::push::{Address, BoxFuture, Push, Pushed};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::connection::MAX_MESSAGE;
use crate::faults::{Fault, Faults, LATE_BY};
pub use outbox::{Full, Outbox, Taken};

/// One open connection as the rest of the process sees it.
#[derive(Debug)]
pub struct Entry {
    /// What waits to be sent.
    pub outbox: Outbox,
    /// When it was opened, in milliseconds since 1970.
    pub connected_at: i64,
    /// The client's address.
    pub source_ip: String,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    last_active_at: AtomicI64,
}

impl Entry {
    /// A connection that was just opened.
    #[must_use]
    pub fn new(connected_at: i64, source_ip: String, user_agent: Option<String>) -> Self {
        let last_active_at = AtomicI64::new(connected_at);
        Self {
            outbox: Outbox::default(),
            connected_at,
            source_ip,
            user_agent,
            last_active_at,
        }
    }

    /// Something went to or came from the client at this time (milliseconds since 1970).
    pub fn touch(&self, now: i64) {
        self.last_active_at.store(now, Ordering::Relaxed);
    }

    /// When something last went to or came from the client, in milliseconds since 1970.
    #[must_use]
    pub fn last_active_at(&self) -> i64 {
        self.last_active_at.load(Ordering::Relaxed)
    }
}

/// All open connections of the process.
#[derive(Debug)]
pub struct Registry {
    entries: RwLock<HashMap<String, Arc<Entry>>>,
    faults: Arc<Faults>,
    endpoint: Option<String>,
}

impl Registry {
    /// Without connections. `endpoint`: the management endpoint by which others know this gateway, if there are others.
    #[must_use]
    pub fn new(faults: Arc<Faults>, endpoint: Option<String>) -> Self {
        Self {
            entries: RwLock::default(),
            faults,
            endpoint,
        }
    }

    /// Makes a connection known.
    pub fn insert(&self, id: &str, entry: Arc<Entry>) {
        self.entries
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.to_owned(), entry);
    }

    /// Forgets a connection; from here on it is gone.
    pub fn remove(&self, id: &str) {
        self.entries.write().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// The connection of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<Entry>> {
        self.entries
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    /// How many connections are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether no connection is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hands a text frame to a connection's queue, with the faults that are switched on. Never waits.
    pub fn post(&self, id: &str, frame: &Bytes) -> Pushed {
        if frame.len() > MAX_MESSAGE {
            return Pushed::Failed;
        }
        let Ok(text) = Utf8Bytes::try_from(frame.clone()) else {
            return Pushed::Failed;
        };
        let Some(entry) = self.get(id) else { return Pushed::Gone };
        if self.faults.strikes(Fault::Throttle) {
            return Pushed::Throttled;
        }
        if self.faults.strikes(Fault::Gone) {
            return Pushed::Gone;
        }
        if self.faults.strikes(Fault::Drop) {
            return Pushed::Sent;
        }
        if self.faults.strikes(Fault::Late) {
            tokio::spawn(async move {
                tokio::time::sleep(LATE_BY).await;
                // Full by then: the frame is lost, which is what a push may be.
                let _ = entry.outbox.push(text);
            });
            return Pushed::Sent;
        }
        if self.faults.strikes(Fault::Double) {
            // If only one of the two fits, the second answer is the true one.
            let _ = entry.outbox.push(text.clone());
        }
        match entry.outbox.push(text) {
            Ok(()) => Pushed::Sent,
            Err(Full) => Pushed::Throttled,
        }
    }

    /// Asks a connection to close.
    pub fn delete(&self, id: &str) -> Pushed {
        let Some(entry) = self.get(id) else { return Pushed::Gone };
        entry.outbox.delete();
        Pushed::Sent
    }

    fn is_here(&self, endpoint: Option<&str>) -> bool {
        endpoint.is_none_or(|endpoint| self.endpoint.as_deref() == Some(endpoint))
    }
}

impl Push for Registry {
    fn post<'a>(&'a self, to: Address<'a>, frame: Bytes) -> BoxFuture<'a, Pushed> {
        let pushed = if self.is_here(to.endpoint) {
            self.post(to.connection.as_str(), &frame)
        } else {
            Pushed::Failed
        };
        Box::pin(std::future::ready(pushed))
    }

    fn close<'a>(&'a self, to: Address<'a>) -> BoxFuture<'a, Pushed> {
        let pushed = if self.is_here(to.endpoint) {
            self.delete(to.connection.as_str())
        } else {
            Pushed::Failed
        };
        Box::pin(std::future::ready(pushed))
    }
}

#[cfg(test)]
mod tests;
