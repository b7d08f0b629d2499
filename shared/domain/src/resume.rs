//! What a client that knows a room's log up to `after` is told: never a silent gap.

use crate::Seq;

/// The answer to "I have everything up to `after`".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The entries given are all there are.
    Complete,
    /// There are more; go on after the last one given.
    More,
    /// The oldest entry that may be read is younger than the one after `after`.
    BelowFloor {
        /// That oldest entry.
        oldest: Seq,
    },
    /// The log ends before `after`: it was restored to an earlier state, and what the client has is not what the room has.
    AheadOfLog,
}

/// Whether the entries after `after` can be given at all: `Complete` means yes.
#[must_use]
pub fn before_reading(after: Seq, head: Seq, visible_from: Seq) -> Verdict {
    if after > head {
        Verdict::AheadOfLog
    } else if after.next() < visible_from {
        Verdict::BelowFloor { oldest: visible_from }
    } else {
        Verdict::Complete
    }
}

/// After a page that ends with `last` (`after` itself if it is empty).
#[must_use]
pub fn after_reading(last: Seq, head: Seq) -> Verdict {
    if last < head { Verdict::More } else { Verdict::Complete }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_has_its_verdict() {
        let seq = |n| Seq::new(n).unwrap();
        assert_eq!(before_reading(seq(0), seq(9), Seq::FIRST), Verdict::Complete);
        assert_eq!(before_reading(seq(9), seq(9), Seq::FIRST), Verdict::Complete);
        assert_eq!(before_reading(seq(10), seq(9), Seq::FIRST), Verdict::AheadOfLog);
        assert_eq!(before_reading(seq(3), seq(9), seq(4)), Verdict::Complete);
        assert_eq!(
            before_reading(seq(2), seq(9), seq(4)),
            Verdict::BelowFloor { oldest: seq(4) }
        );
        assert_eq!(after_reading(seq(8), seq(9)), Verdict::More);
        assert_eq!(after_reading(seq(9), seq(9)), Verdict::Complete);
    }
}
