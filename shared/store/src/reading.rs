//! What a member's row says of reading: read and delivered positions, and what to notify of.

use std::collections::HashMap;

use parlour_domain::member::{Member, Notification, ReadPosition, Standing};
use parlour_domain::room::Room;
use parlour_domain::{AppId, RoomNumber, Seq, UserId};

use crate::claim::{WriteClaim, Written};
use crate::error::StoreError;
use crate::query::{Part, Rows};
use crate::row::{KIND, number, read, text, text_of, value};
use crate::scan::ROOM;
use crate::transact::update;
use crate::{Store, keys};

impl Store {
    /// Moves a read position up, never down; answers with the member's row as it is then. `None`: it is there or further already, or the
    /// user is no active member.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_read(
        &self,
        app: &AppId,
        room: RoomNumber,
        user: UserId,
        to: ReadPosition,
    ) -> Result<Option<Member>, StoreError> {
        let values = [
            (":read", value(&to)?),
            (":active", text("active")),
            (":seq", number(to.seq.get())),
        ];
        let (key, condition) = (keys::member(app, room, user), "standing = :active AND #read.seq < :seq");
        let updated = self
            .update_and_get(&self.tables.chat, &key, "SET #read = :read", condition, values)
            .await?;
        updated.map(read).transpose()
    }

    /// Moves a read position back from where it was read, and keeps the furthest place ever read. `Refused`: it has moved since,
    /// or the user is no active member.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_unread(
        &self,
        app: &AppId,
        room: RoomNumber,
        before: &Member,
        to: ReadPosition,
        claim: Option<&WriteClaim>,
    ) -> Result<Written, StoreError> {
        let action = update(
            &self.tables.chat,
            &keys::member(app, room, before.user),
            "SET #read = :read, #seen = :seen",
            "standing = :active AND #read.seq = :from",
            [
                (":read", value(&to)?),
                (":seen", number(before.read_up_to().get())),
                (":active", text("active")),
                (":from", number(before.read.seq.get())),
            ],
        )?;
        self.write(claim, vec![action]).await
    }

    /// Moves a delivered position up, never down. `false`: it is there or further already, it was ever read, or the user is no active
    /// member.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_delivered(
        &self,
        app: &AppId,
        room: RoomNumber,
        user: UserId,
        to: Seq,
    ) -> Result<bool, StoreError> {
        self.update_if(
            &self.tables.chat,
            &keys::member(app, room, user),
            "SET #delivered = :seq",
            "standing = :active AND #read.seq < :seq AND (attribute_not_exists(#seen) OR #seen < :seq) \
             AND (attribute_not_exists(#delivered) OR #delivered < :seq)",
            [(":active", text("active")), (":seq", number(to.get()))],
        )
        .await
    }

    /// Says what a member is notified of. `false`: the user is no active member.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_notification(
        &self,
        app: &AppId,
        room: RoomNumber,
        user: UserId,
        notification: Notification,
    ) -> Result<bool, StoreError> {
        self.update_if(
            &self.tables.chat,
            &keys::member(app, room, user),
            "SET #notification = :what",
            "standing = :active",
            [(":what", value(&notification)?), (":active", text("active"))],
        )
        .await
    }

    /// A user's rows in these rooms, at most 100; of rooms that they are in no more there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn memberships(
        &self,
        app: &AppId,
        user: UserId,
        rooms: &[RoomNumber],
    ) -> Result<HashMap<RoomNumber, Member>, StoreError> {
        let wanted: Vec<_> = rooms.iter().map(|room| keys::member(app, *room, user)).collect();
        let mut members = HashMap::new();
        for row in self.get_many(&self.tables.chat, &wanted, false).await? {
            let Some(room) = text_of(&row, keys::PK).and_then(keys::parse_room_pk) else {
                continue;
            };
            let member: Member = read(row)?;
            if member.standing == Standing::Active {
                members.insert(room, member);
            }
        }
        Ok(members)
    }

    /// A room and some of its members who are not leaving, at most `most`, in one read (a moment behind). `None`: no such room.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn room_with_members(
        &self,
        app: &AppId,
        room: RoomNumber,
        most: usize,
    ) -> Result<Option<(Room, Vec<Member>)>, StoreError> {
        // The room's row comes after those of the members: backwards, it is the first.
        let key = keys::room(app, room);
        let part = Part::Between(keys::MEMBER_PREFIX, &key.sk);
        let query = self.rows(&self.tables.chat, &key.pk, part).scan_index_forward(false);
        let page = Rows::read(query, Some(most + 1)).await?;
        let (mut found, mut members) = (None, Vec::new());
        for row in page.rows {
            if text_of(&row, KIND) == Some(ROOM) {
                found = Some(read::<Room>(row)?);
            } else if text_of(&row, keys::SK).is_some_and(|sk| sk.starts_with(keys::MEMBER_PREFIX)) {
                members.push(read::<Member>(row)?);
            }
        }
        members.retain(|member| member.standing == Standing::Active);
        members.reverse();
        Ok(found.map(|room| (room, members)))
    }
}
