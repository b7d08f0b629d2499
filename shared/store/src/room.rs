//! Rooms: creation with the first entry of the log, change and deletion with an entry each.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use parlour_domain::log::{self, BodyHash, Draft};
use parlour_domain::member::{Member, ReadPosition, Role};
use parlour_domain::room::{Room, RoomKind};
use parlour_domain::{AppId, RoomNumber, Seq, Timestamp, UserId};

use crate::claim::{WriteClaim, Written};
use crate::error::StoreError;
use crate::log::{AppendRefusal, Appended, value};
use crate::member::member_item;
use crate::room_key::Keyed;
use crate::room_list::place;
use crate::row::{Item, item, number, number_of, read, text, text_of};
use crate::scan::ROOM;
use crate::transact::{Cancelled, check, delete, put_new, update};
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
        actions.push(put_new(
            chat,
            crate::log::entry_item(new.app, new.room.number, &first)?,
        )?);
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
                let room = found
                    .and_then(|row| number_of(&row, "room"))
                    .and_then(|n| u64::try_from(n).ok());
                let room = room
                    .and_then(RoomNumber::new)
                    .ok_or_else(|| StoreError::Damaged("direct room".to_owned()))?;
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

    /// A room, read consistently; a deleted one still has its row.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn room(&self, app: &AppId, room: RoomNumber) -> Result<Option<Room>, StoreError> {
        self.get(&self.tables.chat, &keys::room(app, room), true)
            .await?
            .map(read)
            .transpose()
    }

    /// The direct room of two users, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn direct_room(&self, app: &AppId, one: UserId, other: UserId) -> Result<Option<RoomNumber>, StoreError> {
        let row = self
            .get(&self.tables.chat, &keys::direct(app, one, other), true)
            .await?;
        Ok(row
            .and_then(|row| number_of(&row, "room"))
            .and_then(|n| u64::try_from(n).ok())
            .and_then(RoomNumber::new))
    }

    /// Rooms and the user's rows in them, at most 50 rooms. Consistent on request.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rooms_and_members(
        &self,
        app: &AppId,
        user: UserId,
        rooms: &[RoomNumber],
        consistent: bool,
    ) -> Result<HashMap<RoomNumber, (Room, Member)>, StoreError> {
        let wanted: Vec<_> = rooms
            .iter()
            .flat_map(|room| [keys::room(app, *room), keys::member(app, *room, user)])
            .collect();
        let (mut found, mut members) = (HashMap::new(), HashMap::new());
        for row in self.get_many(&self.tables.chat, &wanted, consistent).await? {
            if text_of(&row, crate::row::KIND) == Some(ROOM) {
                let room: Room = read(row)?;
                found.insert(room.number, room);
            } else if let Some(number) = text_of(&row, keys::PK).and_then(keys::parse_room_pk) {
                members.insert(number, read::<Member>(row)?);
            }
        }
        Ok(found
            .into_iter()
            .filter_map(|(number, room)| Some((number, (room, members.remove(&number)?))))
            .collect())
    }

    /// The rooms of a user in the order of joining, from the inverted index (a moment behind), at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rooms_of(
        &self,
        app: &AppId,
        user: UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<RoomNumber>, Option<String>), StoreError> {
        let (joined, next) = self.joined_rooms(app, user, after, limit).await?;
        Ok((joined.into_iter().map(|(room, _)| room).collect(), next))
    }

    /// Changes a room that is still as it was at `before`, with the entry that says so.
    ///
    /// # Errors
    /// [`AppendRefusal`]; `Condition` if the room changed or was deleted meanwhile.
    pub async fn update_room(
        &self,
        app: &AppId,
        before: &Room,
        after: &Room,
        draft: &Draft,
        claim: Option<&WriteClaim>,
        now: Timestamp,
    ) -> Result<Appended, AppendRefusal> {
        let key = keys::room(app, before.number);
        self.append_with(app, before.number, draft, now, claim, |_| {
            let mut actions = vec![update(
                &self.tables.chat,
                &key,
                "SET #name = :n, custom = :c, #public = :public, settings = :settings, archived = :archived, \
                 updated_at = :u, ik = :rooms, iv = :place",
                "updated_at = :version AND attribute_not_exists(deleted)",
                [
                    (":n", value(&after.name)?),
                    (":c", value(&after.custom)?),
                    (":public", AttributeValue::Bool(after.public)),
                    (":settings", value(&after.settings)?),
                    (":archived", AttributeValue::Bool(after.archived)),
                    (":rooms", text(keys::rooms(app))),
                    (":place", text(place(after))),
                    (":u", number(after.updated_at.millis())),
                    (":version", number(before.updated_at.millis())),
                ],
            )?];
            actions.extend(self.relist(app, Some(before), after)?);
            if after.settings.retention_days.is_some() && after.settings != before.settings {
                actions.push(self.trim_at(app, after.number, now)?);
            }
            Ok(actions)
        })
        .await
    }

    /// Ends a room with the entry `room_deleted`: from here on every operation refuses it. Its members' rows are left to
    /// [`Store::finish_room_deletion`], the files of its messages to [`Store::trim_room`].
    ///
    /// # Errors
    /// [`AppendRefusal`]; `Condition` if it was deleted before.
    pub async fn delete_room(
        &self,
        app: &AppId,
        room: &Room,
        draft: &Draft,
        claim: Option<&WriteClaim>,
        now: Timestamp,
    ) -> Result<Appended, AppendRefusal> {
        let key = keys::room(app, room.number);
        self.append_with(app, room.number, draft, now, claim, |_| {
            let mut actions = vec![update(
                &self.tables.chat,
                &key,
                "SET deleted = :yes, ik = :unfinished, iv = :place",
                "attribute_exists(pk) AND attribute_not_exists(deleted)",
                [
                    (":yes", AttributeValue::Bool(true)),
                    (":unfinished", text(keys::unfinished())),
                    (":place", text(keys::unfinished_room(app, room.number))),
                ],
            )?];
            if room.kind == RoomKind::Group {
                // Also where it is not public: it may have become so since it was read.
                actions.push(delete(&self.tables.chat, &keys::listed(app, room.number))?);
            }
            if let Some([one, other]) = room.pair {
                actions.push(delete(&self.tables.chat, &keys::direct(app, one, other))?);
            }
            if let Some(key) = &room.key {
                actions.push(delete(&self.tables.chat, &keys::room_key(app, key))?);
            }
            // For its files.
            actions.push(self.trim_at(app, room.number, now)?);
            Ok(actions)
        })
        .await
    }

    /// Deletes what is left of a deleted room's members, leaves where they were, and takes it off the list of unfinished changes. Repeatable.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish_room_deletion(&self, app: &AppId, room: RoomNumber) -> Result<(), StoreError> {
        loop {
            let page = self.member_users(app, room, None, 500).await?;
            if page.is_empty() {
                break;
            }
            let was: Vec<_> = page.iter().map(|user| (*user, room)).collect();
            self.note_all(app, &was).await?;
            let doomed: Vec<_> = page.iter().map(|user| keys::member(app, room, *user)).collect();
            self.delete_many(&self.tables.chat, &doomed).await?;
        }
        self.delete_subscriptions_of_room(app, room).await?;
        self.update_if(
            &self.tables.chat,
            &keys::room(app, room),
            "REMOVE ik, iv",
            "deleted = :yes",
            [(":yes", AttributeValue::Bool(true))],
        )
        .await?;
        Ok(())
    }
}
