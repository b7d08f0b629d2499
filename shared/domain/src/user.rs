//! A person (or bot) of one app.

use serde::{Deserialize, Serialize};

use crate::text::{AvatarUrl, Custom, DisplayName};
use crate::{ExternalId, Timestamp, UserId};

/// A user of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Given at creation.
    pub id: UserId,
    /// The id in the integrator's own system, unique in the app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<ExternalId>,
    /// What others see.
    pub name: DisplayName,
    /// A picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<AvatarUrl>,
    /// The integrator's own data; other users do not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<Custom>,
    /// What keeps the user out, if something does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<Suspension>,
    /// A whole number that is this user's alone in the app, for protocols whose ids are numbers: given when the first one asks for it.
    /// It is no part of what changes with a version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// When the user was made.
    pub created_at: Timestamp,
    /// When the user last changed; changes by at least 1 ms with every change, so it is the row's version.
    pub updated_at: Timestamp,
}

/// What keeps a user out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Since when.
    pub since: Timestamp,
    /// Until when; none: until it is lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Colours of middle lightness, to be read on white and on black.
const COLOURS: [&str; 16] = [
    "#c0392b", "#b9770e", "#7d6608", "#1e8449", "#117864", "#1f618d", "#2471a3", "#6c3483", "#884ea0", "#a04000",
    "#ad1457", "#5d6d7e", "#00796b", "#558b2f", "#4e5bb3", "#8d5a4a",
];

/// What of a user may change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserChange {
    /// A new name.
    pub name: Option<DisplayName>,
    /// A new picture; `Some(None)` removes it.
    pub avatar_url: Option<Option<AvatarUrl>>,
    /// New custom data; `Some(None)` removes it.
    pub custom: Option<Option<Custom>>,
}

impl User {
    /// The user after the change.
    #[must_use]
    pub fn changed(&self, change: UserChange, now: Timestamp) -> Self {
        Self {
            name: change.name.unwrap_or_else(|| self.name.clone()),
            avatar_url: change.avatar_url.unwrap_or_else(|| self.avatar_url.clone()),
            custom: change.custom.unwrap_or_else(|| self.custom.clone()),
            updated_at: self.next_version(now),
            ..self.clone()
        }
    }

    /// The user after a suspension, or after its end.
    #[must_use]
    pub fn with_suspension(&self, suspension: Option<Suspension>, now: Timestamp) -> Self {
        Self {
            suspension,
            updated_at: self.next_version(now),
            ..self.clone()
        }
    }

    /// Whether the integrator would see no difference.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        (&self.name, &self.avatar_url, &self.custom) == (&other.name, &other.avatar_url, &other.custom)
    }

    fn next_version(&self, now: Timestamp) -> Timestamp {
        now.max(self.updated_at.plus_millis(1))
    }

    /// Whether the user is kept out.
    #[must_use]
    pub fn is_suspended(&self, now: Timestamp) -> bool {
        self.suspension
            .is_some_and(|suspension| suspension.until.is_none_or(|until| now < until))
    }

    /// A colour that is always the same for this user, where there is no picture: `#rrggbb`.
    #[must_use]
    pub fn colour(&self) -> &'static str {
        let sum = self
            .id
            .uuid()
            .as_bytes()
            .iter()
            .fold(0_usize, |sum, byte| sum * 31 % 65_521 + usize::from(*byte));
        COLOURS[sum % COLOURS.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::{Entropy, Moment};

    fn user(seed: u8) -> User {
        let mut moment = Moment {
            now: Timestamp::from_millis(1_000),
            entropy: Entropy::from_seed([seed; 32]),
        };
        User {
            id: UserId::generate(&mut moment),
            external_id: None,
            name: DisplayName::parse("Ada").unwrap(),
            avatar_url: None,
            custom: None,
            suspension: None,
            number: None,
            created_at: moment.now,
            updated_at: moment.now,
        }
    }

    #[test]
    fn a_suspension_ends_when_it_says_so() {
        let (now, later) = (Timestamp::from_millis(2_000), Timestamp::from_millis(3_000));
        let suspended = |until| user(1).with_suspension(Some(Suspension { since: now, until }), now);
        assert!(!user(1).is_suspended(now));
        assert!(suspended(None).is_suspended(later));
        assert!(suspended(Some(later)).is_suspended(now));
        assert!(!suspended(Some(later)).is_suspended(later));
        let lifted = suspended(None).with_suspension(None, now);
        assert!(!lifted.is_suspended(now));
        assert!(
            lifted.updated_at > suspended(None).updated_at,
            "each change is a version"
        );
    }

    #[test]
    fn colours_are_spread_and_stay() {
        let colours: std::collections::BTreeSet<_> = (0..=255).map(|seed| user(seed).colour()).collect();
        assert_eq!(colours.len(), COLOURS.len());
        assert_eq!(user(3).colour(), user(3).colour());
    }
}
