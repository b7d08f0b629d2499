//! Users as clients of other services see them, with whether they are there.

use std::collections::{BTreeSet, HashMap, HashSet};

use parlour_domain::access::Actor;
use parlour_domain::{Timestamp, UserId};
use parlour_protocol::dialect::{People, Seen};
use parlour_protocol::view::PresenceView;

use crate::{Error, Parlour, people, presence};

/// Users, by Parlour's ids, and whether they are there.
#[derive(Debug, Default)]
pub struct Company {
    people: People,
    presences: HashMap<String, PresenceView>,
}

impl Company {
    /// How a user is seen; one who is not among these is deleted.
    #[must_use]
    pub fn seen(&self, user: &str) -> Seen {
        self.people.seen(user)
    }

    /// Whether a user is there; `None`: they are deleted, or do not want the asker to know.
    #[must_use]
    pub fn presence(&self, user: &str) -> Option<&PresenceView> {
        self.presences.get(user)
    }
}

/// These users, at most [`parlour_domain::limits::PRESENCE_USERS`], of whom the caller knows that they share a room with the actor.
///
/// # Errors
/// [`Error::Store`].
pub(crate) async fn company(
    parlour: &Parlour,
    actor: &Actor,
    users: impl IntoIterator<Item = UserId>,
    now: Timestamp,
) -> Result<Company, Error> {
    let users: BTreeSet<UserId> = users.into_iter().collect();
    let users: Vec<UserId> = users.into_iter().collect();
    if users.is_empty() {
        return Ok(Company::default());
    }
    let app = actor.app();
    let blocking = async {
        match actor.user() {
            Some(asking) => parlour.store.blocking(app, &users, asking).await,
            None => Ok(HashSet::new()),
        }
    };
    let (people, presences, blocking) = tokio::join!(
        people::people(parlour, app, &users),
        presence::of(parlour, app, &users, now, false),
        blocking,
    );
    let (people, presences, blocking) = (people?, presences?, blocking?);
    let open = presences.into_iter().filter(|(user, _)| !blocking.contains(user));
    Ok(Company {
        people,
        presences: open
            .map(|(user, presence)| (user.to_string(), PresenceView::new(user, presence)))
            .collect(),
    })
}
