//! Where to look for the n-th message: pure, so that it can be tested against any log, and against an adversary.
//!
//! From one entry to the next the count of messages grows by 0 or 1. So an entry with `k` messages less than wanted is at least
//! `k` places before the wanted one, and likewise behind it; what is left between the two bounds is as wide as the number of
//! entries there that are no messages, which is small in most rooms.

use parlour_domain::Seq;
use parlour_domain::log::Head;

/// A stretch of so many entries is read as a whole.
const STRETCH: u64 = 24;
/// The most entries that one round looks at.
const WIDEST: u64 = 100;
/// An interpolation that leaves more than this part of the stretch has met a log that is not even.
const GOOD: u64 = 8;

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Look at these entries, then [`Search::learn`].
    Probe(Vec<Seq>),
    /// Read all from the first to the second: the message is among them if it is anywhere.
    Read(Seq, Seq),
    /// There is no such entry (any more).
    Absent,
}

/// A place and the count of messages up to it.
#[derive(Debug, Clone, Copy)]
struct Point {
    seq: u64,
    count: u64,
}

/// A search under way.
#[derive(Debug)]
pub(super) struct Search {
    n: u64,
    /// The message is not before this place…
    from: u64,
    /// … and not behind this one.
    to: u64,
    /// The nearest known points on both sides, between which is interpolated.
    low: Point,
    high: Point,
    even: bool,
}

impl Search {
    /// Begins with the head of the log. `None`: there are not that many messages.
    pub(super) fn new(n: u64, head: Head) -> Option<Self> {
        if n == 0 || n > head.msg_no {
            return None;
        }
        let mut search = Self {
            n,
            from: n,
            to: u64::MAX,
            low: Point { seq: 0, count: 0 },
            high: Point {
                seq: u64::MAX,
                count: u64::MAX,
            },
            even: true,
        };
        search.bound(head);
        Some(search)
    }

    /// What to do with `left` round trips left, at least one, of which the last is the reading.
    pub(super) fn step(&self, left: u32) -> Step {
        let (Some(from), Some(to)) = (Seq::new(self.from), Seq::new(self.to)) else {
            return Step::Absent;
        };
        if from > to {
            return Step::Absent;
        }
        if self.width() <= STRETCH || left <= 1 {
            return Step::Read(from, to);
        }
        let mut places = if self.even && left > 2 {
            self.interpolated()
        } else {
            // One round is kept back for entries that a stale read lacked.
            self.spread(probes(self.width(), (left - 2).max(1)))
        };
        places.dedup();
        Step::Probe(places.into_iter().filter_map(Seq::new).collect())
    }

    /// Takes in what a round found, and which of its entries are certainly not there: those were removed, with all before them.
    pub(super) fn learn(&mut self, found: impl Iterator<Item = Head>, removed: &[Seq]) {
        let before = self.width();
        for head in found {
            self.bound(head);
        }
        for place in removed {
            self.from = self.from.max(place.get() + 1);
        }
        self.even &= self.width() <= before / GOOD;
    }

    fn bound(&mut self, at: Head) {
        let (seq, count, last) = (at.seq.get(), at.msg_no, at.last_msg_seq.get());
        if count < self.n {
            self.from = self.from.max(seq.saturating_add(self.n - count));
            if seq > self.low.seq {
                self.low = Point { seq, count };
            }
            return;
        }
        self.to = self.to.min(last.saturating_sub(count - self.n));
        if last < self.high.seq {
            self.high = Point { seq: last, count };
        }
        if count == self.n {
            self.from = self.to;
        }
    }

    fn width(&self) -> u64 {
        self.to.saturating_sub(self.from).saturating_add(1)
    }

    /// Both sides of where the message stands if messages are spread evenly, as far off as chance moves it.
    fn interpolated(&self) -> Vec<u64> {
        let part = |value: u64| u128::from(value);
        let counts = part(self.high.count.saturating_sub(self.low.count)).max(1);
        let places = part(self.high.seq.saturating_sub(self.low.seq));
        let on = part(self.n - self.low.count) * places / counts;
        let guess = self.low.seq.saturating_add(u64::try_from(on).unwrap_or(u64::MAX));
        let chance = self.width().isqrt();
        vec![
            guess.saturating_sub(chance).clamp(self.from, self.to),
            guess.saturating_add(chance).clamp(self.from, self.to),
        ]
    }

    /// `count` places that cut the stretch into equal parts.
    fn spread(&self, count: u64) -> Vec<u64> {
        let cut = |part: u64| u128::from(self.width()) * u128::from(part) / u128::from(count + 1);
        (1..=count)
            .map(|part| self.from + u64::try_from(cut(part)).unwrap_or_default())
            .collect()
    }
}

/// The fewest places to look at in each of `rounds` rounds so that what is left after them is short enough to read.
fn probes(width: u64, rounds: u32) -> u64 {
    let enough = |probes: &u64| (probes + 1).saturating_pow(rounds).saturating_mul(STRETCH) >= width;
    (1..WIDEST).find(enough).unwrap_or(WIDEST)
}

#[cfg(test)]
mod tests;
