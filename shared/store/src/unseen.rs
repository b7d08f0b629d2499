//! Who was told to be missing messages of a room: one row for the room, so that nothing is written or read for each member.

use std::collections::BTreeMap;

use parlour_domain::delivery::Delivery;
use parlour_domain::{AppId, RoomNumber, Seq, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::outbox::Unseen;
use crate::row::{item, number, read};
use crate::transact::{put_if, put_new, update};
use crate::{Store, keys};

/// For so long after it was last written is it known who was told to be missing something.
const KEPT_SECONDS: i64 = 30 * 24 * 3_600;

/// The row names so many, those who were told last: a row has an end, and each burst writes it as a whole. Who is left out may be told
/// once more.
const MOST: usize = 1_000;

/// Who was told to be missing messages of a room, and up to which one. Who has read on since is told of again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// They.
    pub users: BTreeMap<UserId, Seq>,
    /// How often the row was written: its version. 0: there is none.
    pub version: u64,
}

fn latest(users: &BTreeMap<UserId, Seq>) -> BTreeMap<UserId, Seq> {
    let mut told: Vec<(Seq, UserId)> = users.iter().map(|(user, seq)| (*seq, *user)).collect();
    told.sort_unstable();
    let excess = told.len().saturating_sub(MOST);
    told.into_iter().skip(excess).map(|(seq, user)| (user, seq)).collect()
}

impl Store {
    /// Who was told to be missing messages of a room, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn missing(&self, app: &AppId, room: RoomNumber) -> Result<Missing, StoreError> {
        let row = self.get(&self.tables.chat, &keys::unseen(app, room), true).await?;
        row.map_or_else(|| Ok(Missing::default()), read)
    }

    /// It was found out who has not seen what: these deliveries tell it, and `after` is who was told by now. `false`: someone else
    /// did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn settle_unseen(
        &self,
        (app, room): (&AppId, RoomNumber),
        unseen: Unseen,
        (before, after): (&Missing, &BTreeMap<UserId, Seq>),
        deliveries: &[Delivery],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let chat = &self.tables.chat;
        let due = [(":due", number(unseen.due.millis()))];
        let looked_at = "REMOVE unseen_from, unseen_due";
        let outbox = keys::outbox(app, room);
        let mut actions = vec![update(chat, &outbox, looked_at, "unseen_due = :due", due)?];
        let users = latest(after);
        if before.users != users {
            let missing = Missing {
                users,
                version: before.version + 1,
            };
            let mut row = item(&keys::unseen(app, room), "missing", &missing)?;
            let expires = now.plus_seconds(KEPT_SECONDS).seconds();
            row.insert(keys::TTL.to_owned(), number(expires));
            actions.push(match before.version {
                0 => put_new(chat, row)?,
                version => put_if(chat, row, "version = :version", [(":version", number(version))])?,
            });
        }
        for delivery in deliveries {
            actions.push(put_new(chat, crate::delivery::delivery_item(app, delivery)?)?);
        }
        Ok(self.transact(actions).await?.is_ok())
    }
}
