//! What an integrator's own system says of its users and of who is whose friend.
//!
//! It comes twice and in any order. So an event says how things are from its time on, not what changes, and of two about the same
//! subject the later one counts, whichever came first; the place of what is gone is kept, so that nothing earlier brings it back.

use serde::{Deserialize, Serialize};

use crate::text::{AvatarUrl, Custom, DisplayName};
use crate::user::UserChange;
use crate::{ExternalId, Timestamp, UserId};

/// Which event says it. Of two, the one of the later time counts; of two of the same time, the one with the greater id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    /// Since when it is so.
    pub at: Timestamp,
    /// The event's id in the integrator's system.
    pub id: ExternalId,
}

/// How an event stands to the last one that counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It counts.
    Later,
    /// It is that one, come again.
    Same,
    /// Something later is known already.
    Earlier,
}

impl Stamp {
    /// How it stands to the last one that counted.
    #[must_use]
    pub fn standing(&self, last: Option<&Self>) -> Standing {
        match last.map_or(std::cmp::Ordering::Greater, |last| self.cmp(last)) {
            std::cmp::Ordering::Greater => Standing::Later,
            std::cmp::Ordering::Equal => Standing::Same,
            std::cmp::Ordering::Less => Standing::Earlier,
        }
    }
}

/// How a user is, as a whole: what is not in it, the user has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// What others see.
    pub name: DisplayName,
    /// A picture.
    pub avatar_url: Option<AvatarUrl>,
    /// The integrator's own data.
    pub custom: Option<Custom>,
}

impl Profile {
    /// What makes any user like this.
    #[must_use]
    pub fn change(&self) -> UserChange {
        UserChange {
            name: Some(self.name.clone()),
            avatar_url: Some(self.avatar_url.clone()),
            custom: Some(self.custom.clone()),
        }
    }
}

/// What an event says of its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// There is such a user.
    Is(Profile),
    /// There is no such user.
    IsGone,
    /// The subject and this user are friends, or are not.
    Friends {
        /// The other one.
        with: ExternalId,
        /// Whether they are.
        are: bool,
    },
}

/// An event of the integrator's system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Its time and its id.
    pub stamp: Stamp,
    /// The user whom it is about.
    pub subject: ExternalId,
    /// What it says.
    pub fact: Fact,
}

/// What events are about: those about the same thing are done one after another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// A user.
    User(ExternalId),
    /// Two users, the lesser id first.
    Pair(ExternalId, ExternalId),
}

impl Incoming {
    /// What it is about.
    #[must_use]
    pub fn about(&self) -> About {
        match &self.fact {
            Fact::Is(_) | Fact::IsGone => About::User(self.subject.clone()),
            Fact::Friends { with, .. } if *with < self.subject => About::Pair(with.clone(), self.subject.clone()),
            Fact::Friends { with, .. } => About::Pair(self.subject.clone(), with.clone()),
        }
    }
}

/// The last event about a user that counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Its time.
    pub at: Timestamp,
    /// Its id.
    pub id: ExternalId,
    /// Whether it said that the user is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
    /// The user who was deleted because of that, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<UserId>,
}

impl Told {
    /// Which event it was.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        Stamp {
            at: self.at,
            id: self.id.clone(),
        }
    }
}

/// What is known of two users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Friendship {
    /// The time of the last event about the two that counted.
    pub at: Timestamp,
    /// Its id.
    pub id: ExternalId,
    /// Whether they are friends.
    pub friends: bool,
}

impl Friendship {
    /// Which event says so.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        Stamp {
            at: self.at,
            id: self.id.clone(),
        }
    }
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Things are as it says.
    Applied,
    /// It was applied before.
    Duplicate,
    /// Something later was known already: nothing changes.
    Superseded,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(at: i64, id: &str) -> Stamp {
        Stamp {
            at: Timestamp::from_millis(at),
            id: ExternalId::parse(id).unwrap(),
        }
    }

    #[test]
    fn the_later_one_counts_and_of_one_time_the_greater_id() {
        let last = stamp(5, "b");
        for (at, id, expected) in [
            (6, "a", Standing::Later),
            (5, "c", Standing::Later),
            (5, "b", Standing::Same),
            (5, "a", Standing::Earlier),
            (4, "z", Standing::Earlier),
        ] {
            assert_eq!(stamp(at, id).standing(Some(&last)), expected, "{at} {id}");
        }
        assert_eq!(last.standing(None), Standing::Later);
    }

    #[test]
    fn a_friendship_is_the_same_from_both_sides() {
        let [ada, bob] = ["ada", "bob"].map(|id| ExternalId::parse(id).unwrap());
        let of = |subject: &ExternalId, with: &ExternalId| Incoming {
            stamp: stamp(1, "e"),
            subject: subject.clone(),
            fact: Fact::Friends {
                with: with.clone(),
                are: true,
            },
        };
        assert_eq!(of(&ada, &bob).about(), of(&bob, &ada).about());
        let user = Incoming {
            fact: Fact::IsGone,
            ..of(&ada, &bob)
        };
        assert_eq!(user.about(), About::User(ada));
    }

    #[test]
    fn what_is_kept_reads_as_it_was_written() {
        let Stamp { at, id } = stamp(7, "e-1");
        let told = Told {
            at,
            id,
            gone: true,
            deleted: None,
        };
        assert_eq!(told.stamp(), stamp(7, "e-1"));
        let stored = serde_json::to_value(&told).unwrap();
        assert_eq!(stored, serde_json::json!({ "at": 7, "id": "e-1", "gone": true }));
        assert_eq!(serde_json::from_value::<Told>(stored).unwrap(), told);
    }
}
