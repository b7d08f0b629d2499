//! Keys of what an integrator's own system said of its users. Their ids there come last.

use parlour_domain::{AppId, ExternalId, Timestamp};

use super::{Key, external, key};

/// The last event about a user that counted: beside the external id, and there also when that is free.
#[must_use]
pub fn told(app: &AppId, user: &ExternalId) -> Key {
    key(external(app, user).pk, "told")
}

/// What is known of a user and another one, as the first one's list has it.
#[must_use]
pub fn friendship(app: &AppId, of: &ExternalId, with: &ExternalId) -> Key {
    key(format!("app#{app}#friendships#{of}"), with.as_str())
}

/// Index partition: the friends of a user, by time.
#[must_use]
pub fn friends(app: &AppId, of: &ExternalId) -> String {
    format!("app#{app}#friends#{of}")
}

/// Index place of a friend: `mark` keeps apart those of one time, and says nothing of who it is.
#[must_use]
pub fn friend_place(since: Timestamp, mark: u64) -> String {
    format!("{:015}#{mark:016x}", since.millis())
}

/// Time and mark of an index place of [`friend_place`].
#[must_use]
pub fn parse_friend_place(place: &str) -> Option<(Timestamp, u64)> {
    let (since, mark) = place.split_once('#')?;
    let whole = since.len() == 15 && mark.len() == 16 && since.bytes().all(|byte| byte.is_ascii_digit());
    let since = Timestamp::from_millis(since.parse().ok().filter(|_| whole)?);
    Some((since, u64::from_str_radix(mark, 16).ok()?))
}
