//! Times as databases write them.

use chrono::{DateTime, NaiveDateTime};
use parlour_domain::Timestamp;

/// Microseconds since 1970: finer than what is kept, because it orders messages of the same millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Micros(u64);

impl Micros {
    /// Reads RFC 3339, what `PostgreSQL` and `MySQL` write (without an offset it is UTC), and seconds or milliseconds since 1970.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let micros = if text.bytes().all(|byte| byte.is_ascii_digit()) {
            since_epoch(text)?
        } else {
            let offset = DateTime::parse_from_rfc3339(text)
                .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"))
                .map(|time| time.timestamp_micros());
            let naive = |form| NaiveDateTime::parse_from_str(text, form).map(|time| time.and_utc().timestamp_micros());
            offset
                .or_else(|_| naive("%Y-%m-%d %H:%M:%S%.f"))
                .or_else(|_| naive("%Y-%m-%dT%H:%M:%S%.f"))
                .ok()?
        };
        u64::try_from(micros).ok().map(Self)
    }

    pub(super) const fn get(self) -> u64 {
        self.0
    }

    pub(super) fn timestamp(self) -> Timestamp {
        Timestamp::from_millis(i64::try_from(self.0 / 1_000).unwrap_or(i64::MAX))
    }
}

fn since_epoch(digits: &str) -> Option<i64> {
    let number: i64 = digits.parse().ok()?;
    match digits.len() {
        1..=10 => number.checked_mul(1_000_000),
        11..=13 => number.checked_mul(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_time_in_each_form() {
        for text in [
            "2024-02-09T18:23:28.941Z",
            "2024-02-09T20:23:28.941+02:00",
            "2024-02-09 18:23:28.941+00",
            "2024-02-09 20:23:28.941+02",
            "2024-02-09 18:23:28.941000+00:00",
            "2024-02-09 18:23:28.941",
            "2024-02-09T18:23:28.941",
            "1707503008941",
        ] {
            let time = Micros::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(time.get(), 1_707_503_008_941_000, "{text}");
            assert_eq!(time.timestamp().millis(), 1_707_503_008_941);
        }
        assert_eq!(Micros::parse("2024-02-09 18:23:28+00"), Micros::parse("1707503008"));
        assert!(Micros::parse("2024-02-09 18:23:28.000002") > Micros::parse("2024-02-09 18:23:28.000001"));
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "yesterday",
            "0000-00-00 00:00:00",
            "1969-12-31 00:00:00",
            "2024-02-09",
            "99999999999999",
        ] {
            assert_eq!(Micros::parse(text), None, "{text}");
        }
    }
}
