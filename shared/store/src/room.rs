//! Rooms: creation with the first entry of the log, change and deletion with an entry each.

mod creation;

pub use creation::{Created, NewRoom, members_hash};

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use parlour_domain::log::Draft;
use parlour_domain::member::Member;
use parlour_domain::room::{Room, RoomKind};
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId};

use crate::claim::WriteClaim;
use crate::error::StoreError;
use crate::log::{AppendRefusal, Appended};
use crate::room_list::place;
use crate::row::{number, read, text, text_of, value};
use crate::scan::ROOM;
use crate::transact::{delete, update};
use crate::{Store, keys};

impl Store {
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
        Ok(row.as_ref().and_then(creation::room_of_pair))
    }

    /// Those of these users, at most 100, with whom `user` has a direct room (a moment behind).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn with_direct_rooms(
        &self,
        app: &AppId,
        user: UserId,
        others: &[UserId],
    ) -> Result<HashSet<UserId>, StoreError> {
        let by_key: HashMap<String, UserId> = others
            .iter()
            .map(|other| (keys::direct(app, user, *other).pk, *other))
            .collect();
        let wanted: Vec<_> = by_key.values().map(|other| keys::direct(app, user, *other)).collect();
        let rows = self.get_many(&self.tables.chat, &wanted, false).await?;
        let other = |row: &crate::row::Item| by_key.get(text_of(row, keys::PK)?).copied();
        Ok(rows.iter().filter_map(other).collect())
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
