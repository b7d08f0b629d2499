//! Who is there: a user is online as long as one of their connections is, and for a moment after the last one ended, because most
//! who lose a connection are back at once.

use crate::{Timestamp, limits};

/// A connection as presence sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Until when it counts, as its last `ping` says.
    pub until: Timestamp,
    /// When it ended, if that is known.
    pub ended: Option<Timestamp>,
}

impl Lease {
    /// It is open, as far as anyone knows.
    #[must_use]
    pub const fn is_live(&self, now: Timestamp) -> bool {
        self.ended.is_none() && self.until.seconds() >= now.seconds()
    }

    /// It ended so short a time ago that its user may only be changing the network.
    #[must_use]
    pub fn lingers(&self, now: Timestamp) -> bool {
        let back_by = |ended: Timestamp| ended.plus_seconds(limits::PRESENCE_GRACE_SECONDS);
        self.is_untold_end() && self.ended.is_some_and(|ended| now < back_by(ended))
    }

    /// It ended while it was live, rather than being found long after: its user may be back soon, and nobody was told yet.
    #[must_use]
    pub fn is_untold_end(&self) -> bool {
        self.ended.is_some_and(|ended| ended <= self.until)
    }

    /// The last sign of life: its end, or the last `ping` of one whose end nobody saw.
    #[must_use]
    pub fn last_seen(&self) -> Timestamp {
        let renewed = self.until.plus_seconds(-limits::CONNECTION_LEASE_SECONDS);
        self.ended.filter(|ended| *ended <= self.until).unwrap_or(renewed)
    }
}

/// Whether a user is there, and if not, until when they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Presence {
    /// One of the connections is open, or was a moment ago.
    pub online: bool,
    /// `None` while online, and of those who never were.
    pub last_seen: Option<Timestamp>,
}

impl Presence {
    /// From all connections that are known of, and what was written down when earlier ones ended.
    #[must_use]
    pub fn of(leases: &[Lease], stored: Option<Timestamp>, now: Timestamp) -> Self {
        if leases.iter().any(|lease| lease.is_live(now) || lease.lingers(now)) {
            return Self {
                online: true,
                last_seen: None,
            };
        }
        Self {
            online: false,
            last_seen: leases.iter().map(Lease::last_seen).chain(stored).max(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000_000).plus_seconds(seconds)
    }

    fn open(renewed: i64) -> Lease {
        Lease {
            until: at(renewed + limits::CONNECTION_LEASE_SECONDS),
            ended: None,
        }
    }

    fn ended(end: i64) -> Lease {
        Lease {
            ended: Some(at(end)),
            ..open(end - 60)
        }
    }

    #[test]
    fn one_open_connection_of_many_is_enough() {
        let there = Presence::of(&[ended(0), open(500), ended(400)], Some(at(0)), at(600));
        assert_eq!((there.online, there.last_seen), (true, None));
    }

    #[test]
    fn an_end_counts_after_the_grace_period_only() {
        let grace = limits::PRESENCE_GRACE_SECONDS;
        assert!(Presence::of(&[ended(100)], None, at(100 + grace).plus_millis(-1)).online);
        let gone = Presence::of(&[ended(100), ended(50)], Some(at(7)), at(100 + grace));
        assert_eq!((gone.online, gone.last_seen), (false, Some(at(100))));
    }

    #[test]
    fn who_vanished_was_last_seen_at_the_last_ping() {
        let gone = Presence::of(&[open(100)], Some(at(50)), at(101 + limits::CONNECTION_LEASE_SECONDS));
        assert_eq!((gone.online, gone.last_seen), (false, Some(at(100))));
        // Swept long after: what ended is not its end, and there is no grace for it.
        let swept = Lease {
            ended: Some(at(2_000)),
            ..open(100)
        };
        let gone = Presence::of(&[swept], None, at(2_001));
        assert_eq!((gone.online, gone.last_seen), (false, Some(at(100))));
    }

    #[test]
    fn who_never_came_was_never_seen() {
        assert_eq!(Presence::of(&[], None, at(0)), Presence::default());
        assert_eq!(Presence::of(&[], Some(at(9)), at(10)).last_seen, Some(at(9)));
    }
}
