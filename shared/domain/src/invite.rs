//! An invite: a user who is no member of a room may become one by themselves.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId, limits};

/// An invite of a user to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Who may become a member.
    pub user: UserId,
    /// Who says so; none: the backend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}

impl Invite {
    /// An invite that ends at `until`, if that is given, and after [`limits::INVITE_SECONDS`] at the latest.
    #[must_use]
    pub fn new(user: UserId, by: Option<UserId>, now: Timestamp, until: Option<Timestamp>) -> Self {
        let latest = now.plus_seconds(limits::INVITE_SECONDS);
        Self {
            user,
            by,
            at: now,
            until: until.map_or(latest, |until| until.min(latest)),
        }
    }

    /// Whether it has not ended: one that has is none, whether or not its row is there.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.until > now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invite_ends_when_it_says_and_after_thirty_days_at_the_latest() {
        let user = UserId::parse("018f4a5c-0000-7000-8000-0123456789ab").unwrap();
        let now = Timestamp::from_millis(1_000);
        let latest = now.plus_seconds(30 * 24 * 3_600);
        let ends = |until| Invite::new(user, None, now, until).until;
        assert_eq!(ends(None), latest);
        assert_eq!(ends(Some(latest.plus_millis(1))), latest);
        let soon = Invite::new(user, None, now, Some(now.plus_millis(5)));
        assert!(soon.holds(now.plus_millis(4)) && !soon.holds(now.plus_millis(5)));
    }
}
