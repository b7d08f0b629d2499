//! Unread is derived from two entries of the log, never counted, so it cannot drift.

use crate::limits::UNREAD_EXACT;
use crate::log::{Entry, Head};
use crate::member::ReadPosition;
use crate::{Seq, UserId};

/// Messages of others that a member has not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unread {
    /// How many, or [`UNREAD_EXACT`] if there are more.
    pub count: u64,
    /// Whether there are more than `count`.
    pub more: bool,
}

/// What is known from head and read position alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derived {
    /// This is it.
    Known(Unread),
    /// The entries after `after` must be read, because some may be the member's own.
    ReadTail {
        /// The read position.
        after: Seq,
    },
}

/// From head and read position.
#[must_use]
pub fn derive(head: Head, read: ReadPosition) -> Derived {
    match head.msg_no.saturating_sub(read.msg_no) {
        0 => Derived::Known(Unread::default()),
        n if n > UNREAD_EXACT => Derived::Known(Unread {
            count: UNREAD_EXACT,
            more: true,
        }),
        _ => Derived::ReadTail { after: read.seq },
    }
}

/// Counts the messages of others in the tail that are not deleted. `unseen` messages beyond the tail that was read count as others'.
#[must_use]
pub fn count(tail: &[Entry], user: UserId, unseen: u64) -> Unread {
    let others = tail
        .iter()
        .filter(|entry| entry.body.is_message() && entry.deletion.is_none() && entry.sender != Some(user))
        .count();
    let count = u64::try_from(others).unwrap_or(u64::MAX).saturating_add(unseen);
    Unread {
        count: count.min(UNREAD_EXACT),
        more: count > UNREAD_EXACT,
    }
}
