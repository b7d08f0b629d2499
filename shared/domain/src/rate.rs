//! How many messages a room, or a member of it, may send within a minute. The log tells, so nothing is counted beside it.

use crate::Timestamp;

/// The time within which messages are counted, in milliseconds: every minute, not only whole ones.
pub const WINDOW_MILLIS: i64 = 60_000;

/// What may come into the log between the place that a message was allowed at and its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Allowance {
    /// Further messages of its sender; `None`: any number.
    pub own: Option<u32>,
    /// The last `msg_no` that it may get; `None`: any.
    pub last_msg_no: Option<u64>,
}

/// How many messages may be sent at `now`, at least one, where `most` may within a minute and some were sent at `times`, the
/// latest first.
///
/// # Errors
/// The milliseconds after which one may.
pub fn left(most: u32, times: &[Timestamp], now: Timestamp) -> Result<u32, u64> {
    let since = now.plus_millis(-WINDOW_MILLIS);
    let sent = times.iter().take_while(|at| **at > since).count();
    let left = usize::try_from(most).unwrap_or(usize::MAX).saturating_sub(sent);
    if left > 0 {
        return Ok(u32::try_from(left).unwrap_or(u32::MAX));
    }
    // Once this one is a minute old, there is room for another.
    let first = usize::try_from(most)
        .ok()
        .and_then(|most| times.get(most.checked_sub(1)?));
    let wait = first.map_or(WINDOW_MILLIS, |at| at.millis() - since.millis());
    Err(u64::try_from(wait).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn as_many_as_may_within_any_minute() {
        let times = [at(100_000), at(90_000), at(50_000)];
        assert_eq!(
            left(3, &times, at(105_000)),
            Ok(1),
            "the third one is 55 s old, and counts"
        );
        assert_eq!(
            left(2, &times, at(105_000)),
            Err(45_000),
            "until the second one is a minute old"
        );
        assert_eq!(left(2, &times, at(150_000)), Ok(1), "that is now");
        assert_eq!(left(2, &times, at(149_999)), Err(1));
        assert_eq!(left(1, &[], at(0)), Ok(1));
    }

    #[test]
    fn more_than_may_have_been_sent_before_the_limit_was_set() {
        let times: Vec<_> = (0..10).map(|n| at(100_000 - n)).collect();
        assert_eq!(left(2, &times, at(100_000)), Err(59_999));
    }
}
