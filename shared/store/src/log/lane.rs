//! Lanes: in one process the appends of one room go one after another, each with the head that the last one saw.
//!
//! This is only for speed (50 writers of one room would otherwise lose 49 of 50 races); the condition on the put is what
//! keeps the log right, and a second process without these lanes is as safe.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use parlour_domain::log::{Entry, Head, may_bar};
use parlour_domain::{AppId, RoomNumber, Seq, Timestamp, limits};
use tokio::sync::Mutex as FairMutex;

/// What was seen longer ago, in seconds, is read again: an entry that followed it may have been taken away since, and what is put
/// in its place would be lost. Clocks may differ by as much as is left to the time for which entries are kept.
const FRESH_SECONDS: i64 = limits::KEPT_SECONDS / 2;

/// Above this many rooms, those that nobody is writing to are forgotten.
const KEPT: usize = 10_000;

pub(crate) type Lane = Arc<FairMutex<Option<Seen>>>;

/// How far a log was looked at, and the last entry on the way that may end someone's right to write: a message must not pass the
/// one about its own sender unseen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) head: Head,
    pub(crate) bar: Seq,
    /// When it was the end of the log.
    at: Timestamp,
}

impl Seen {
    /// From a head that was read by itself: up to it there may have been some that nobody looked at.
    pub(crate) const fn new(head: Head, at: Timestamp) -> Self {
        Self {
            head,
            bar: head.seq,
            at,
        }
    }

    /// Whether what follows it must still be there.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        self.at.plus_seconds(FRESH_SECONDS) > now
    }

    /// One entry further.
    pub(crate) fn and(self, entry: &Entry) -> Self {
        Self {
            head: entry.head(),
            bar: if may_bar(entry) { entry.seq } else { self.bar },
            at: self.at,
        }
    }
}

/// The lanes of one process.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    rooms: Mutex<HashMap<(AppId, RoomNumber), Lane>>,
}

impl Lanes {
    /// The lane of a room. Its lock is fair: who came first goes first.
    pub(crate) fn of(&self, app: &AppId, room: RoomNumber) -> Lane {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() >= KEPT {
            rooms.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        Arc::clone(rooms.entry((app.clone(), room)).or_default())
    }
}
