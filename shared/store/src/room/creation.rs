//! Making a room: its row, its members and the first entry of its log, with all that makes it the only one of its kind.

use std::collections::{BTreeSet, HashMap};

use parlour_domain::log::{self, BodyHash, Draft};
use parlour_domain::member::{Member, ReadPosition, Role};
use parlour_domain::room::Room;
use parlour_domain::{AppId, RoomNumber, Seq, Timestamp, UserId};

use crate::claim::{WriteClaim, Written};
use crate::error::StoreError;
use crate::log::entry_item;
use crate::member::member_item;
use crate::room_key::Keyed;
use crate::room_list::place;
use crate::row::{Item, item, number_of, text};
use crate::scan::ROOM;
use crate::transact::{Cancelled, check, put_new};
use crate::{Store, keys};

/// A room to be made.
#[derive(Debug)]
pub struct NewRoom<'a> {
    /// Whose.
    pub app: &'a AppId,
    /// The room.
    pub room: &'a Room,
    /// Its first members, at most [`parlour_domain::limits::MEMBERS_AT_CREATION`].
    pub members: &'a [(UserId, Role)],
    /// The entry `room_created`.
    pub draft: &'a Draft,
    /// Now.
    pub now: Timestamp,
}

impl NewRoom<'_> {
    /// The same for the same members, in whatever order.
    fn members_hash(&self) -> BodyHash {
        members_hash(self.members.iter().map(|(user, _)| *user))
    }
}

/// The hash of a set of users.
#[must_use]
pub fn members_hash(users: impl Iterator<Item = UserId>) -> BodyHash {
    let users: BTreeSet<UserId> = users.collect();
    BodyHash::of(&users)
}

/// What became of a creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// It is made.
    Done,
    /// It was made before; this is the reply of then.
    Replayed(String),
    /// The client id belongs to another write.
    Reused,
    /// The two users have this direct room already.
    Existing(RoomNumber),
    /// This room has the key already.
    Keyed(Keyed),
    /// One of the two has blocked the other.
    Blocked,
    /// Someone else is changing the same rows; safe to try again.
    Busy,
}

fn room_item(app: &AppId, room: &Room) -> Result<Item, StoreError> {
    let mut row = item(&keys::room(app, room.number), ROOM, room)?;
    row.insert(keys::INDEX_PK.to_owned(), text(keys::rooms(app)));
    row.insert(keys::INDEX_SK.to_owned(), text(place(room)));
    Ok(row)
}

/// The room in the row that makes a direct room the only one of its pair.
pub(super) fn room_of_pair(row: &Item) -> Option<RoomNumber> {
    RoomNumber::new(u64::try_from(number_of(row, "room")?).ok()?)
}

impl Store {
    /// Makes a room with its members and the first entry of its log, all or nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create_room(&self, new: NewRoom<'_>, claim: Option<&WriteClaim>) -> Result<Created, StoreError> {
        let chat = &self.tables.chat;
        let mut actions = Vec::with_capacity(new.members.len() + 8);
        if let Some(claim) = claim {
            actions.push(claim.action(chat)?);
        }
        if let Some([one, other]) = new.room.pair {
            let row = HashMap::from([("room", new.room.number.get())]);
            actions.push(put_new(
                chat,
                item(&keys::direct(new.app, one, other), "direct", &row)?,
            )?);
        }
        let key_at = actions.len();
        if let Some(key) = &new.room.key {
            let keyed = Keyed {
                room: new.room.number,
                members: new.members_hash(),
            };
            actions.push(self.put_room_key(new.app, key, &keyed)?);
        }
        let first = log::first(new.draft, new.now);
        actions.push(put_new(chat, room_item(new.app, new.room)?)?);
        actions.push(put_new(chat, entry_item(new.app, new.room.number, &first)?)?);
        for (user, role) in new.members {
            let read = ReadPosition {
                seq: Seq::FIRST,
                msg_no: 0,
            };
            let member = Member::joined(*user, *role, new.now, read);
            actions.push(put_new(chat, member_item(new.app, new.room.number, &member)?)?);
        }
        actions.extend(self.relist(new.app, None, new.room)?);
        if let Some(days) = new.room.settings.retention_days {
            let first_due = new.now.plus_seconds(i64::from(days) * 24 * 3_600);
            actions.push(self.trim_at(new.app, new.room.number, first_due)?);
        }
        let direct_at = usize::from(claim.is_some());
        let blocks_at = actions.len();
        if let Some([one, other]) = new.room.pair {
            for (user, other) in [(one, other), (other, one)] {
                let key = keys::block(new.app, user, other);
                actions.push(check(chat, &key, "attribute_not_exists(pk)", [])?);
            }
        }
        self.note_outbox(new.app, new.room.number, Seq::ZERO, new.now).await?;
        match self.transact(actions).await? {
            Ok(()) => Ok(Created::Done),
            Err(Cancelled::Condition { index: 0, found }) if claim.is_some() => match claim.map(|c| c.meets(found)) {
                Some(Ok(Written::Replayed(reply))) => Ok(Created::Replayed(reply)),
                Some(Ok(_)) | None => Ok(Created::Reused),
                Some(Err(error)) => Err(error),
            },
            Err(Cancelled::Condition { index, found }) if new.room.pair.is_some() && index == direct_at => {
                let room = found.as_ref().and_then(room_of_pair);
                let room = room.ok_or_else(|| StoreError::Damaged("direct room".to_owned()))?;
                Ok(Created::Existing(room))
            }
            Err(Cancelled::Condition { index, found }) if new.room.key.is_some() && index == key_at => {
                Keyed::of(found).map(Created::Keyed)
            }
            Err(Cancelled::Condition { index, .. }) if index >= blocks_at => Ok(Created::Blocked),
            // The room's number is fresh, so only a concurrent writer of the same rows is left.
            Err(Cancelled::Condition { .. } | Cancelled::Conflict) => Ok(Created::Busy),
        }
    }
}
