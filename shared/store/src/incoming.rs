//! What an integrator's own system said of its users: the last event that counted stands beside what it changed, and is written in
//! one transaction with it. So of two events at once one looks again, and one that comes again is known.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::incoming::{Friendship, Stamp, Told};
use parlour_domain::user::User;
use parlour_domain::{AppId, ExternalId, Timestamp, UserId, limits};

use crate::claim::Written;
use crate::error::StoreError;
use crate::query::{Part, Rows};
use crate::row::{Item, item, number, read, text, text_of};
use crate::transact::{delete, delete_if, put_if, put_new};
use crate::user::{replace, user_item};
use crate::{Store, keys};

/// An event about a user, with the one before it.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// Whom it is about.
    pub user: &'a ExternalId,
    /// The last one that counted, as it was read.
    pub before: Option<&'a Told>,
    /// This one.
    pub after: &'a Told,
    /// The time.
    pub now: Timestamp,
}

/// What an event does to a user's row.
#[derive(Debug, Clone, Copy)]
pub enum Doing<'a> {
    /// Nothing: there is none, or it is so already.
    Nothing,
    /// Makes it.
    Make(&'a User),
    /// Replaces the first, which is as it was read, by the second.
    Replace(&'a User, &'a User),
    /// Deletes it.
    Delete(&'a User),
}

/// Where a page of friends goes on: a time, and a mark that keeps apart those of one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FriendCursor {
    since: Timestamp,
    mark: u64,
}

impl FriendCursor {
    /// Reads the text; `None`: it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (since, mark) = keys::parse_friend_place(&text.replace('.', "#"))?;
        Some(Self { since, mark })
    }
}

impl std::fmt::Display for FriendCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&keys::friend_place(self.since, self.mark).replace('#', "."))
    }
}

/// A page of a user's friends, the latest first.
#[derive(Debug, Clone, Default)]
pub struct FriendPage {
    /// Who, and since when.
    pub friends: Vec<(ExternalId, Timestamp)>,
    /// Where the next page goes on, if there is one.
    pub next: Option<FriendCursor>,
}

/// Puts a row only if the one before it is still what was read.
fn put_after(chat: &str, row: Item, before: Option<Stamp>) -> Result<TransactWriteItem, StoreError> {
    match before {
        None => put_new(chat, row),
        Some(before) => put_if(
            chat,
            row,
            "#at = :at AND #id = :id",
            [(":at", number(before.at.millis())), (":id", text(before.id.as_str()))],
        ),
    }
}

impl Store {
    /// The last event about a user that counted, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn told(&self, app: &AppId, user: &ExternalId) -> Result<Option<Told>, StoreError> {
        let row = self.get(&self.tables.chat, &keys::told(app, user), true).await?;
        row.map(read).transpose()
    }

    /// Does what an event says, and notes that it counted. `Refused`, `Busy`: something changed since it was read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn tell(&self, app: &AppId, telling: Telling<'_>, doing: Doing<'_>) -> Result<Written, StoreError> {
        let chat = &self.tables.chat;
        let mut note = item(&keys::told(app, telling.user), "told", telling.after)?;
        if telling.after.gone {
            let expires = telling.now.plus_seconds(limits::TOMBSTONE_SECONDS);
            note.insert(keys::TTL.to_owned(), number(expires.seconds()));
        }
        let mut actions = vec![put_after(chat, note, telling.before.map(Told::stamp))?];
        let external = keys::external(app, telling.user);
        match doing {
            Doing::Nothing => {}
            Doing::Make(user) => {
                let of = HashMap::from([("user".to_owned(), user.id)]);
                actions.push(put_new(chat, user_item(app, user)?)?);
                actions.push(put_new(chat, item(&external, "external", &of)?)?);
            }
            Doing::Replace(before, after) => {
                actions.push(replace(chat, app, before, after)?);
            }
            Doing::Delete(user) => {
                let row = keys::user(app, user.id);
                actions.push(delete_if(chat, &row, "attribute_exists(pk)", [])?);
                actions.extend(self.delete_beside(app, user).await?);
                actions.push(delete(chat, &external)?);
            }
        }
        self.write(None, actions).await
    }

    /// What is known of two users, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn friendship(
        &self,
        app: &AppId,
        (one, other): (&ExternalId, &ExternalId),
    ) -> Result<Option<Friendship>, StoreError> {
        let key = keys::friendship(app, one, other);
        let row = self.get(&self.tables.chat, &key, true).await?;
        row.map(read).transpose()
    }

    /// Notes what is known of two users from now on, in the lists of both. `Refused`, `Busy`: it changed since it was read. `mark`
    /// is any random number; `now` is when what is no friendship any more begins to be forgotten.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_friendship(
        &self,
        app: &AppId,
        (one, other): (&ExternalId, &ExternalId),
        (before, after): (Option<&Friendship>, &Friendship),
        mark: u64,
        now: Timestamp,
    ) -> Result<Written, StoreError> {
        let mut actions = Vec::with_capacity(2);
        for (of, with) in [(one, other), (other, one)] {
            let mut row = item(&keys::friendship(app, of, with), "friendship", after)?;
            if after.friends {
                row.insert(keys::INDEX_PK.to_owned(), text(keys::friends(app, of)));
                let place = keys::friend_place(after.at, mark);
                row.insert(keys::INDEX_SK.to_owned(), text(place));
            } else {
                let expires = now.plus_seconds(limits::TOMBSTONE_SECONDS);
                row.insert(keys::TTL.to_owned(), number(expires.seconds()));
            }
            let before = before.map(Friendship::stamp);
            actions.push(put_after(&self.tables.chat, row, before)?);
        }
        self.write(None, actions).await
    }

    /// A page of a user's friends, the latest first, from the index (a moment behind).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn friends(
        &self,
        app: &AppId,
        of: &ExternalId,
        after: Option<FriendCursor>,
        limit: usize,
    ) -> Result<FriendPage, StoreError> {
        let before = after.map(|after| keys::friend_place(after.since, after.mark));
        let query = self
            .lines(keys::friends(app, of), Part::before(before.as_deref()))
            .scan_index_forward(false);
        let page = Rows::read(query, Some(limit)).await?;
        let place = |row: &Item| keys::parse_friend_place(text_of(row, keys::INDEX_SK)?);
        let friend = |row: &Item| {
            let with = ExternalId::parse(text_of(row, keys::SK)?).ok()?;
            Some((with, place(row)?.0))
        };
        let next = page.next.as_ref().and_then(place);
        Ok(FriendPage {
            friends: page.rows.iter().filter_map(friend).collect(),
            next: next.map(|(since, mark)| FriendCursor { since, mark }),
        })
    }

    /// Those of these users, at most 100, who are friends of `of`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn friends_among(
        &self,
        app: &AppId,
        of: &ExternalId,
        users: &[ExternalId],
    ) -> Result<HashSet<ExternalId>, StoreError> {
        let wanted: Vec<_> = users.iter().map(|with| keys::friendship(app, of, with)).collect();
        let mut friends = HashSet::new();
        for row in self.get_many(&self.tables.chat, &wanted, true).await? {
            let with = text_of(&row, keys::SK).and_then(|with| ExternalId::parse(with).ok());
            if let Some(with) = with
                && read::<Friendship>(row)?.friends
            {
                friends.insert(with);
            }
        }
        Ok(friends)
    }

    /// The ids of users by their ids in the integrator's own system, at most 100; those that there are not are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn user_ids_by_external_ids(
        &self,
        app: &AppId,
        users: &[ExternalId],
    ) -> Result<HashMap<ExternalId, UserId>, StoreError> {
        let wanted: Vec<_> = users.iter().map(|user| (keys::external(app, user), user)).collect();
        let rows: Vec<_> = wanted.iter().map(|(key, _)| key.clone()).collect();
        let mut by_key: HashMap<String, UserId> = HashMap::new();
        for row in self.get_many(&self.tables.chat, &rows, false).await? {
            let user = text_of(&row, "user").and_then(|user| UserId::parse(user).ok());
            if let (Some(key), Some(user)) = (text_of(&row, keys::PK), user) {
                by_key.insert(key.to_owned(), user);
            }
        }
        let found = |(key, user): (keys::Key, &ExternalId)| Some((user.clone(), *by_key.get(&key.pk)?));
        Ok(wanted.into_iter().filter_map(found).collect())
    }
}
