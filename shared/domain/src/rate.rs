//! How many messages may be sent within a minute: of a room and of a member of it, which the log tells without further counting,
//! and over all rooms, which is counted.

use serde::{Deserialize, Serialize};

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

/// How many messages may be sent over all rooms within a minute of the clock by users with credentials of their own; the backend
/// is not bound. `None`: any number, and nothing is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Quotas {
    /// By one user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<u32>,
    /// By all users of the app together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<u32>,
}

impl Quotas {
    /// Whether nothing is limited.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// A minute of the clock: the number of the one that `now` is in.
#[must_use]
pub const fn minute(now: Timestamp) -> i64 {
    now.millis().div_euclid(WINDOW_MILLIS)
}

/// The milliseconds from `now` until the next minute of the clock.
#[must_use]
pub fn until_next_minute(now: Timestamp) -> u64 {
    u64::try_from(WINDOW_MILLIS - now.millis().rem_euclid(WINDOW_MILLIS)).unwrap_or_default()
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
    fn a_minute_of_the_clock_ends_when_the_next_begins() {
        assert_eq!((minute(at(59_999)), until_next_minute(at(59_999))), (0, 1));
        assert_eq!((minute(at(60_000)), until_next_minute(at(60_000))), (1, 60_000));
    }

    #[test]
    fn more_than_may_have_been_sent_before_the_limit_was_set() {
        let times: Vec<_> = (0..10).map(|n| at(100_000 - n)).collect();
        assert_eq!(left(2, &times, at(100_000)), Err(59_999));
    }
}
