//! Members of rooms. Joining is one transaction with its entry; leaving ends the rights first and is told last.

mod ban;
mod departure;
mod rights;

pub use ban::BanPage;
pub use departure::Leaving;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::log::{Draft, Entry};
use parlour_domain::member::{Member, ReadPosition, Role};
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId, limits};

use crate::claim::WriteClaim;
use crate::error::StoreError;
use crate::log::{AppendRefusal, Appended, Reply, Writing};
use crate::query::{Part, Rows};
use crate::row::{Item, item, key_item, number, read, text, text_of};
use crate::transact::{put_if, update};
use crate::{Store, keys};

/// A page of members, by user id.
#[derive(Debug, Clone, Default)]
pub struct MemberPage {
    /// The members.
    pub members: Vec<Member>,
    /// Where the next page goes on, if there is one.
    pub next: Option<UserId>,
}

pub(crate) fn member_item(app: &AppId, room: RoomNumber, member: &Member) -> Result<Item, StoreError> {
    let mut row = item(&keys::member(app, room, member.user), "member", member)?;
    row.insert(keys::INDEX_PK.to_owned(), text(keys::rooms_of(app, member.user)));
    row.insert(keys::INDEX_SK.to_owned(), text(keys::joined(member.joined_at, room)));
    Ok(row)
}

impl Store {
    /// A member's row, read consistently; also of one who is leaving.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn member(&self, app: &AppId, room: RoomNumber, user: UserId) -> Result<Option<Member>, StoreError> {
        self.get(&self.tables.chat, &keys::member(app, room, user), true)
            .await?
            .map(read)
            .transpose()
    }

    /// A page of the room's members who are not leaving.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_members(
        &self,
        app: &AppId,
        room: RoomNumber,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<MemberPage, StoreError> {
        let page = self.query_members(app, room, after, limit).await?;
        let rows: Vec<Member> = page.rows.into_iter().map(read).collect::<Result<_, _>>()?;
        let next = page.next.and_then(|_| rows.last().map(|member| member.user));
        let members = rows.into_iter().filter(Member::is_active).collect();
        Ok(MemberPage { members, next })
    }

    /// The users who have a row in a room, leaving ones included.
    pub(crate) async fn member_users(
        &self,
        app: &AppId,
        room: RoomNumber,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<UserId>, StoreError> {
        let page = self.query_members(app, room, after, limit).await?;
        let user = |row: &Item| UserId::parse(text_of(row, keys::SK)?.strip_prefix(keys::MEMBER_PREFIX)?).ok();
        Ok(page.rows.iter().filter_map(user).collect())
    }

    async fn query_members(
        &self,
        app: &AppId,
        room: RoomNumber,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Rows, StoreError> {
        let query = self
            .rows(
                &self.tables.chat,
                keys::room_pk(app, room),
                Part::Begins(keys::MEMBER_PREFIX),
            )
            .consistent_read(true)
            .set_exclusive_start_key(after.map(|user| key_item(&keys::member(app, room, user))));
        Rows::read(query, Some(limit)).await
    }

    /// Makes a user a member, with the entry `member_joined`, all or nothing. What the claim replies may depend on the entry's place.
    ///
    /// # Errors
    /// [`AppendRefusal`]; `Condition` if the user has a row already that is no ban that has ended, or the room is deleted or full.
    pub async fn add_member(
        &self,
        app: &AppId,
        room: RoomNumber,
        new: (UserId, Role),
        draft: &Draft,
        claim: Option<(&WriteClaim, Reply<'_>)>,
        now: Timestamp,
    ) -> Result<Appended, AppendRefusal> {
        let writing = Writing {
            app,
            room,
            draft,
            claim,
            now,
        };
        self.append_writing(writing, |entry| self.entering((app, room), &[new], entry, now))
            .await
    }

    /// Makes several users members, at most [`limits::MEMBERS_AT_ONCE`], with one entry, all or none.
    ///
    /// # Errors
    /// As [`Store::add_member`], if it holds for any of them.
    pub async fn add_members(
        &self,
        app: &AppId,
        room: RoomNumber,
        new: &[(UserId, Role)],
        draft: &Draft,
        claim: Option<&WriteClaim>,
        now: Timestamp,
    ) -> Result<Appended, AppendRefusal> {
        self.append_with(app, room, draft, now, claim, |entry| {
            self.entering((app, room), new, entry, now)
        })
        .await
    }

    /// What makes users members, beside the entry that says so.
    pub(crate) fn entering(
        &self,
        (app, room): (&AppId, RoomNumber),
        new: &[(UserId, Role)],
        entry: &Entry,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let count = new.len() as u64;
        let read = ReadPosition {
            seq: entry.seq,
            msg_no: entry.msg_no,
        };
        let mut actions = vec![update(
            &self.tables.chat,
            &keys::room(app, room),
            "ADD member_count :new",
            "attribute_exists(pk) AND attribute_not_exists(deleted) AND member_count <= :most",
            [
                (":new", number(count)),
                (":most", number(limits::MEMBERS.saturating_sub(count))),
            ],
        )?];
        for (user, role) in new {
            actions.push(self.put_member(app, room, &Member::joined(*user, *role, now, read))?);
        }
        Ok(actions)
    }

    /// A new member's row, where there is none but a ban that has ended.
    fn put_member(&self, app: &AppId, room: RoomNumber, member: &Member) -> Result<TransactWriteItem, StoreError> {
        put_if(
            &self.tables.chat,
            member_item(app, room, member)?,
            "attribute_not_exists(pk) OR (standing = :banned AND ban.#until <= :now)",
            [(":banned", text("banned")), (":now", number(member.joined_at.millis()))],
        )
    }

    /// Changes that a crash may have left half done: members who are leaving and rooms that are being deleted, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unfinished(&self, limit: usize) -> Result<Vec<(AppId, RoomNumber, Option<UserId>)>, StoreError> {
        let page = Rows::read(self.lines(keys::unfinished(), Part::All), Some(limit)).await?;
        Ok(page
            .rows
            .iter()
            .filter_map(|row| keys::parse_unfinished(text_of(row, keys::INDEX_SK)?))
            .collect())
    }

    /// The rows of these users in a room, at most 100: also of those who are leaving or banned.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn member_rows(
        &self,
        app: &AppId,
        room: RoomNumber,
        users: &[UserId],
    ) -> Result<Vec<Member>, StoreError> {
        let wanted: Vec<_> = users.iter().map(|user| keys::member(app, room, *user)).collect();
        let rows = self.get_many(&self.tables.chat, &wanted, true).await?;
        rows.into_iter().map(read::<Member>).collect()
    }

    /// The members with these ids who are not leaving, at most 100.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn members_by_id(
        &self,
        app: &AppId,
        room: RoomNumber,
        users: &[UserId],
    ) -> Result<HashMap<UserId, Member>, StoreError> {
        let members = self.member_rows(app, room, users).await?;
        Ok(members
            .into_iter()
            .filter(Member::is_active)
            .map(|m| (m.user, m))
            .collect())
    }

    /// Those of these rooms in which all of these users are members who are not leaving, in the order of `rooms`; at most 100
    /// rooms times users, a moment behind.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rooms_with_members(
        &self,
        app: &AppId,
        rooms: &[RoomNumber],
        users: &[UserId],
    ) -> Result<Vec<RoomNumber>, StoreError> {
        let of_room = |room: &RoomNumber| {
            let room = *room;
            users.iter().map(move |user| keys::member(app, room, *user))
        };
        let wanted: Vec<_> = rooms.iter().flat_map(of_room).collect();
        let mut there: HashMap<RoomNumber, usize> = HashMap::new();
        for row in self.get_many(&self.tables.chat, &wanted, false).await? {
            let room = text_of(&row, keys::PK).and_then(keys::parse_room_pk);
            if let Some(room) = room.filter(|_| text_of(&row, "standing") == Some("active")) {
                *there.entry(room).or_default() += 1;
            }
        }
        let all = |room: &RoomNumber| there.get(room) == Some(&users.len());
        Ok(rooms.iter().copied().filter(all).collect())
    }
}
