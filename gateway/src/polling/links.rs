//! The sessions that poll, by their secret, and how requests reach them.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Response;
use tokio::sync::{Mutex as Turn, mpsc, oneshot};

use super::packets::Payload;
use crate::socket::WebSocket;

/// The most sessions at once: each of them keeps a TCP connection waiting and needs another one to post by, and the rest is for others.
const MAX_SESSIONS: usize = 1024;
/// Requests that wait for the session to look at them; it does so at once.
const REQUESTS: usize = 4;

/// How a request is answered.
pub(crate) type Waiter = oneshot::Sender<Response<Body>>;

/// What requests tell the session that they name.
pub(super) enum Request {
    /// It may say what it has to say.
    Poll(Waiter),
    /// The client says this.
    Post(Payload, Waiter),
    /// The client sent two of these at once.
    Overlap,
    /// The client tries a WebSocket.
    Probed,
    /// It does so no more.
    Unprobed,
    /// It goes on with this WebSocket.
    Upgraded(Box<WebSocket>),
}

/// A session as requests see it.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) requests: mpsc::Sender<Request>,
    /// Whoever posts has it.
    pub(super) posting: Turn<()>,
    /// Whoever tries a WebSocket has set it.
    pub(super) probing: AtomicBool,
}

/// All sessions that poll. One that has gone on to a WebSocket is not among them.
#[derive(Default)]
pub struct Links {
    links: Mutex<HashMap<String, Arc<Link>>>,
}

/// Whoever has a secret is the session: it must not get into a log.
impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Links").finish_non_exhaustive()
    }
}

/// A session's place among them, until it is dropped.
pub(super) struct Seat {
    links: Arc<Links>,
    pub(super) sid: String,
}

/// A session that is about to begin.
pub(crate) struct Opening {
    pub(super) seat: Seat,
    pub(super) requests: mpsc::Receiver<Request>,
}

impl Links {
    /// A place for a new session; `None`: all are taken, or there is no randomness.
    pub(super) fn open(self: &Arc<Self>) -> Option<Opening> {
        let sid = secret()?;
        let (sender, requests) = mpsc::channel(REQUESTS);
        let link = Link {
            requests: sender,
            posting: Turn::new(()),
            probing: AtomicBool::new(false),
        };
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        if links.len() >= MAX_SESSIONS {
            return None;
        }
        links.insert(sid.clone(), Arc::new(link));
        drop(links);
        let links = Arc::clone(self);
        Some(Opening {
            seat: Seat { links, sid },
            requests,
        })
    }

    /// The session of this secret.
    pub(super) fn get(&self, sid: &str) -> Option<Arc<Link>> {
        let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.get(sid).cloned()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut links = self.links.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.remove(&self.sid);
    }
}

/// 128 random bits.
fn secret() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_found_by_its_secret_until_it_ends() {
        let links = Arc::<Links>::default();
        let (one, two) = (links.open().unwrap(), links.open().unwrap());
        assert_eq!(one.seat.sid.len(), 22);
        assert_ne!(one.seat.sid, two.seat.sid);
        let sid = one.seat.sid.clone();
        assert!(links.get(&sid).is_some());
        assert!(!format!("{links:?}").contains(&sid));
        drop(one);
        assert!(links.get(&sid).is_none());
        assert!(links.get(&two.seat.sid).is_some());
        assert!(links.get("").is_none());
    }

    #[test]
    fn there_are_only_so_many() {
        let links = Arc::<Links>::default();
        let mut all: Vec<_> = (0..MAX_SESSIONS).map(|_| links.open().unwrap()).collect();
        assert!(links.open().is_none());
        all.pop();
        assert!(links.open().is_some());
    }
}
