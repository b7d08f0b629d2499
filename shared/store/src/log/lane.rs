//! Lanes: in one process the appends of one room go one after another, each with the head that the last one saw.
//!
//! This is only for speed (50 writers of one room would otherwise lose 49 of 50 races); the condition on the put is what
//! keeps the log right, and a second process without these lanes is as safe.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use parlour_domain::log::{Entry, Head, may_bar};
use parlour_domain::{AppId, RoomNumber, Seq};
use tokio::sync::Mutex as FairMutex;

/// Above this many rooms, those that nobody is writing to are forgotten.
const KEPT: usize = 10_000;

pub(crate) type Lane = Arc<FairMutex<Option<Seen>>>;

/// How far a log was looked at, and the last entry on the way that may end someone's right to write: a message must not pass the
/// one about its own sender unseen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) head: Head,
    pub(crate) bar: Seq,
}

impl Seen {
    /// From a head that was read by itself: up to it there may have been some that nobody looked at.
    pub(crate) const fn new(head: Head) -> Self {
        Self { head, bar: head.seq }
    }

    /// One entry further.
    pub(crate) fn and(self, entry: &Entry) -> Self {
        Self {
            head: entry.head(),
            bar: if may_bar(entry) { entry.seq } else { self.bar },
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
