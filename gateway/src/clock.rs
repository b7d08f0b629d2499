//! The clock of the gateway, which is a rim and may look at it, and the ways AWS writes a time.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat, Utc};
use parlour_domain::{Entropy, Moment, Timestamp};

/// Milliseconds since 1970.
#[must_use]
pub fn now_millis() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The time and fresh randomness for one invocation.
///
/// # Panics
/// If the operating system gives no randomness: then no id and no token may be made.
#[must_use]
pub fn moment() -> Moment {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).expect("the operating system gives randomness");
    Moment {
        now: Timestamp::from_millis(now_millis()),
        entropy: Entropy::from_seed(seed),
    }
}

/// `09/Feb/2024:18:23:28 +0000`, as API Gateway writes `requestTime`.
#[must_use]
pub fn common_log(millis: i64) -> String {
    date(millis).format("%d/%b/%Y:%H:%M:%S +0000").to_string()
}

/// `2024-02-09T18:23:28.941Z`.
#[must_use]
pub fn rfc3339(millis: i64) -> String {
    date(millis).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// `2024-02-09T18:23:28Z`, as EventBridge writes `time`.
#[must_use]
pub fn rfc3339_seconds(millis: i64) -> String {
    date(millis).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Milliseconds since 1970 from `20240209T182328Z`, as a signature names its time.
#[must_use]
pub fn from_basic_iso8601(text: &str) -> Option<i64> {
    let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok()?;
    Some(naive.and_utc().timestamp_millis())
}

fn date(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_aws_writes_them() {
        let time = 1_707_503_008_941;
        assert_eq!(common_log(time), "09/Feb/2024:18:23:28 +0000");
        assert_eq!(rfc3339(time), "2024-02-09T18:23:28.941Z");
        assert_eq!(rfc3339_seconds(time), "2024-02-09T18:23:28Z");
        assert_eq!(from_basic_iso8601("20240209T182328Z"), Some(1_707_503_008_000));
        assert_eq!(from_basic_iso8601("yesterday"), None);
    }
}
