//! How many messages may be sent within a minute: of a room and of a member of it, which the log tells without further counting,
//! and over all rooms, which is counted.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, limits};

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

/// Why quotas were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuotasError {
    /// A number.
    #[error("must be 1 to {} messages a minute", limits::QUOTA_MESSAGES_PER_MINUTE)]
    Number,
    /// One user could use up what is there for all.
    #[error("must limit a user, and to no more than all users together")]
    Share,
}

impl Quotas {
    /// Checks quotas: where the app has one, each of its users has one that is no larger, so that nobody alone uses up what is there
    /// for everybody.
    ///
    /// # Errors
    /// [`QuotasError`].
    pub fn new(user: Option<u32>, app: Option<u32>) -> Result<Self, QuotasError> {
        let good = |quota: u32| (1..=limits::QUOTA_MESSAGES_PER_MINUTE).contains(&quota);
        if ![user, app].into_iter().flatten().all(good) {
            return Err(QuotasError::Number);
        }
        if app.is_some_and(|app| user.is_none_or(|user| user > app)) {
            return Err(QuotasError::Share);
        }
        Ok(Self { user, app })
    }

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

/// A day of the clock, in milliseconds.
const DAY_MILLIS: i64 = 24 * 3_600_000;

/// A day of the clock: the number of the one that `now` is in.
#[must_use]
pub const fn day(now: Timestamp) -> i64 {
    now.millis().div_euclid(DAY_MILLIS)
}

/// The milliseconds from `now` until the next day of the clock.
#[must_use]
pub fn until_next_day(now: Timestamp) -> u64 {
    u64::try_from(DAY_MILLIS - now.millis().rem_euclid(DAY_MILLIS)).unwrap_or_default()
}

/// The megabytes that a file of this size begins: at least one.
#[must_use]
pub fn megabytes(size: u64) -> u32 {
    u32::try_from(size.div_ceil(1024 * 1024).max(1)).unwrap_or(u32::MAX)
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
            Err(5_000),
            "the third one is 55 s old, and counts"
        );
        assert_eq!(left(4, &times, at(105_000)), Ok(1));
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
    fn quotas_have_bounds_and_no_user_may_send_what_is_for_all() {
        for good in [
            (None, None),
            (Some(1), None),
            (Some(10), Some(10)),
            (Some(10), Some(60_000)),
        ] {
            let quotas = Quotas::new(good.0, good.1).unwrap();
            assert_eq!((quotas.user, quotas.app), good);
        }
        for (user, app, why) in [
            (Some(0), None, QuotasError::Number),
            (Some(1), Some(0), QuotasError::Number),
            (Some(60_001), None, QuotasError::Number),
            (Some(1), Some(60_001), QuotasError::Number),
            (None, Some(10), QuotasError::Share),
            (Some(11), Some(10), QuotasError::Share),
        ] {
            assert_eq!(Quotas::new(user, app), Err(why), "{user:?} {app:?}");
        }
    }

    #[test]
    fn a_minute_of_the_clock_ends_when_the_next_begins() {
        assert_eq!((minute(at(59_999)), until_next_minute(at(59_999))), (0, 1));
        assert_eq!((minute(at(60_000)), until_next_minute(at(60_000))), (1, 60_000));
    }

    #[test]
    fn a_day_of_the_clock_ends_when_the_next_begins() {
        let next = at(86_400_000);
        assert_eq!((day(at(86_399_999)), until_next_day(at(86_399_999))), (0, 1));
        assert_eq!((day(next), until_next_day(next)), (1, 86_400_000));
    }

    #[test]
    fn a_file_counts_by_the_megabytes_that_it_begins() {
        let counted = [0, 1, 1_048_576, 1_048_577, limits::ATTACHMENT_BYTES].map(megabytes);
        assert_eq!(counted, [1, 1, 1, 2, 25]);
    }

    #[test]
    fn more_than_may_have_been_sent_before_the_limit_was_set() {
        let times: Vec<_> = (0..10).map(|n| at(100_000 - n)).collect();
        assert_eq!(left(2, &times, at(100_000)), Err(59_999));
    }
}
