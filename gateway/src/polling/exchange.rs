//! What a session has to say, and the request that waits for it: pure, with the time as an input.

use std::collections::VecDeque;
use std::time::Duration;

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::packets::{self, CLOSE, NOOP};
use crate::connection::{BACKLOG_BYTES, Time};

/// How long the functions may take for the open packet.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a request waits when there is nothing to say. Proxies give up idle requests after half a minute.
const POLL_TIMEOUT: Duration = Duration::from_secs(25);
/// The same while the client tries a WebSocket, for which it has to have its request back.
const PROBE_TIMEOUT: Duration = Duration::from_millis(100);
/// How long a client may be without a request.
const ALONE_TIMEOUT: Duration = Duration::from_secs(60);
/// So many frames may wait for a request before no more are taken.
const MAX_FRAMES: usize = 256;

/// One session's packets on their way to the client. `W`: how a request is answered.
#[derive(Debug)]
pub(super) struct Exchange<W> {
    /// Its secret, until the client has been told.
    sid: Option<String>,
    unsent: VecDeque<Utf8Bytes>,
    bytes: usize,
    waiting: Option<Waiting<W>>,
    alone_since: Time,
    probed: bool,
}

/// What is said at the end of a session.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Farewell {
    /// It was never opened.
    Never,
    /// There is more to be said.
    First(String),
    /// There is not.
    Last(String),
}

#[derive(Debug)]
struct Waiting<W> {
    waiter: W,
    until: Time,
}

impl<W> Exchange<W> {
    /// A session whose first request waits for the open packet.
    pub(super) fn new(sid: String, first: W, now: Time) -> Self {
        Self {
            sid: Some(sid),
            unsent: VecDeque::new(),
            bytes: 0,
            waiting: Some(Waiting {
                waiter: first,
                until: now + OPEN_TIMEOUT,
            }),
            alone_since: now,
            probed: false,
        }
    }

    /// A request waits from here on. The error is its way back: another one waits already.
    pub(super) fn polled(&mut self, now: Time, waiter: W) -> Result<(), W> {
        if self.waiting.is_some() {
            return Err(waiter);
        }
        let patience = if self.probed { PROBE_TIMEOUT } else { POLL_TIMEOUT };
        self.waiting = Some(Waiting {
            waiter,
            until: now + patience,
        });
        Ok(())
    }

    /// The request that waits.
    pub(super) fn waiter(&mut self) -> Option<&mut W> {
        self.waiting.as_mut().map(|waiting| &mut waiting.waiter)
    }

    /// Has a frame to say.
    pub(super) fn say(&mut self, frame: Utf8Bytes) {
        self.bytes += frame.as_str().len();
        self.unsent.push_back(frame);
    }

    /// Whether there is room for more to say.
    pub(super) fn has_room(&self) -> bool {
        self.unsent.len() < MAX_FRAMES && self.bytes < BACKLOG_BYTES
    }

    /// The request that is to be answered now, and with what.
    pub(super) fn due(&mut self, now: Time) -> Option<(W, String)> {
        let late = self.waiting.as_ref()?.until <= now;
        let payload = if self.sid.is_some() {
            self.open()?
        } else if self.unsent.is_empty() && late {
            NOOP.to_owned()
        } else {
            self.joined()?
        };
        let Waiting { waiter, .. } = self.waiting.take()?;
        self.alone_since = now;
        Some((waiter, payload))
    }

    /// The client does not ask any more, or the functions have not opened the session.
    pub(super) fn is_over(&self, now: Time) -> bool {
        match &self.waiting {
            Some(waiting) => self.sid.is_some() && waiting.until <= now,
            None => self.alone_since + ALONE_TIMEOUT <= now,
        }
    }

    /// When [`Self::due`] or [`Self::is_over`] change by themselves.
    pub(super) fn wake_at(&self) -> Time {
        let alone_until = self.alone_since + ALONE_TIMEOUT;
        self.waiting.as_ref().map_or(alone_until, |waiting| waiting.until)
    }

    /// Wants to hear of the client: who is there comes back with another request.
    pub(super) fn nudge(&mut self, now: Time) {
        if self.sid.is_none()
            && let Some(waiting) = &mut self.waiting
        {
            waiting.until = now;
        }
    }

    /// The client tries a WebSocket, or does so no more.
    pub(super) fn probe(&mut self, now: Time, probed: bool) {
        self.probed = probed;
        self.nudge(now);
    }

    /// Ends the polling: the request that waits, with nothing to be said to it, and all frames that were not sent.
    pub(super) fn upgraded(&mut self) -> (Option<(W, String)>, VecDeque<Utf8Bytes>) {
        let waiting = self.waiting.take().map(|waiting| (waiting.waiter, NOOP.to_owned()));
        self.bytes = 0;
        (waiting, std::mem::take(&mut self.unsent))
    }

    /// Who waits, and what they are told at the end. `closing`: it is this side that ends it.
    ///
    /// The end comes in an answer of its own: clients act on it at once, and on what came with it a moment later.
    pub(super) fn farewell(&mut self, closing: bool) -> Option<(W, Farewell)> {
        let Waiting { waiter, .. } = self.waiting.take()?;
        let farewell = if self.sid.is_some() {
            // A refused client is let in to be told why: what is left is for its next request.
            let open = self.open().filter(|_| closing);
            open.map_or(Farewell::Never, Farewell::First)
        } else if !closing {
            Farewell::Last(NOOP.to_owned())
        } else {
            let words = self.joined();
            words.map_or_else(|| Farewell::Last(CLOSE.to_owned()), Farewell::First)
        };
        Some((waiter, farewell))
    }

    /// Whether every frame was sent.
    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.unsent.is_empty()
    }

    /// The open packet, if it is there. What was said before it comes after it.
    fn open(&mut self) -> Option<String> {
        let sid = self.sid.as_deref()?;
        let mut frames = self.unsent.iter().enumerate();
        let (place, open) = frames.find_map(|(place, frame)| Some((place, packets::open(frame, sid)?)))?;
        if let Some(frame) = self.unsent.remove(place) {
            self.bytes -= frame.as_str().len();
        }
        self.sid = None;
        Some(open)
    }

    fn joined(&mut self) -> Option<String> {
        let mut payload = None;
        while let Some(frame) = self.unsent.front()
            && packets::join(&mut payload, frame)
        {
            self.bytes -= frame.as_str().len();
            self.unsent.pop_front();
        }
        payload
    }
}

#[cfg(test)]
mod tests;
