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

/// Counts the messages of others in these entries that name the user and are not deleted. `more`: there are unread ones that are
/// not among these.
#[must_use]
pub fn mentions(entries: &[Entry], user: UserId, more: bool) -> Unread {
    let names = |entry: &&Entry| entry.message().is_some_and(|message| message.mentions.contains(&user));
    let others = |entry: &&Entry| entry.deletion.is_none() && entry.sender != Some(user);
    let count = entries.iter().filter(others).filter(names).count();
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    Unread {
        count: count.min(UNREAD_EXACT),
        more: more || count > UNREAD_EXACT,
    }
}

/// Several counts in one.
#[must_use]
pub fn sum(counts: impl IntoIterator<Item = Unread>) -> Unread {
    let add = |sum: Unread, next: Unread| Unread {
        count: sum.count.saturating_add(next.count),
        more: sum.more || next.more,
    };
    let sum = counts.into_iter().fold(Unread::default(), add);
    Unread {
        count: sum.count.min(UNREAD_EXACT),
        more: sum.more || sum.count > UNREAD_EXACT,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_exact_up_to_a_hundred() {
        let count = |count, more| Unread { count, more };
        assert_eq!(sum([]), count(0, false));
        assert_eq!(sum([count(60, false), count(40, false)]), count(100, false));
        assert_eq!(sum([count(60, false), count(41, false)]), count(100, true));
        assert_eq!(sum([count(2, true), count(1, false)]), count(3, true));
    }
}
