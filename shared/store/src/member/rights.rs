//! Roles and mutes of members, each with its entry; and who owns a room that its owner leaves.

use aws_sdk_dynamodb::types::TransactWriteItem;
use parlour_domain::log::{Body, Entry};
use parlour_domain::member::{Member, Mute, Role};
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId};

use super::departure::Leaving;
use crate::error::StoreError;
use crate::log::{AppendRefusal, Appended, Writing};
use crate::row::{read, text, value};
use crate::transact::{check, update};
use crate::{Store, keys};

/// Members read at once where all are looked at.
const MEMBERS_PER_READ: usize = 1_000;

impl Store {
    /// Makes a member something else, with the entry `role_changed`. `by` is the acting member's row and `before` the other's,
    /// as they were read.
    ///
    /// # Errors
    /// [`AppendRefusal`]; `Condition` if one of the two left or got another role meanwhile.
    pub async fn set_role(
        &self,
        writing: Writing<'_>,
        by: Option<&Member>,
        before: &Member,
        role: Role,
    ) -> Result<Appended, AppendRefusal> {
        self.append_writing(writing, |_| {
            let mut actions = vec![self.role(writing.app, writing.room, before, role)?];
            actions.extend(self.still(writing.app, writing.room, by)?);
            Ok(actions)
        })
        .await
    }

    /// Mutes a member, or takes it back, with the entry that says so.
    ///
    /// # Errors
    /// [`AppendRefusal`]; `Condition` if one of the two left or got another role meanwhile.
    pub async fn set_mute(
        &self,
        writing: Writing<'_>,
        by: Option<&Member>,
        before: &Member,
        mute: Option<Mute>,
    ) -> Result<Appended, AppendRefusal> {
        let key = keys::member(writing.app, writing.room, before.user);
        self.append_writing(writing, |_| {
            let mut actions = vec![update(
                &self.tables.chat,
                &key,
                "SET mute = :mute",
                "standing = :active AND #role = :role",
                [
                    (":mute", value(&mute)?),
                    (":active", text("active")),
                    (":role", text(before.role.as_str())),
                ],
            )?];
            actions.extend(self.still(writing.app, writing.room, by)?);
            Ok(actions)
        })
        .await
    }

    fn role(
        &self,
        app: &AppId,
        room: RoomNumber,
        before: &Member,
        role: Role,
    ) -> Result<TransactWriteItem, StoreError> {
        update(
            &self.tables.chat,
            &keys::member(app, room, before.user),
            "SET #role = :becomes",
            "standing = :active AND #role = :role",
            [
                (":becomes", text(role.as_str())),
                (":active", text("active")),
                (":role", text(before.role.as_str())),
            ],
        )
    }

    /// The condition that the acting member is still what it was when it was decided.
    fn still(
        &self,
        app: &AppId,
        room: RoomNumber,
        by: Option<&Member>,
    ) -> Result<Option<TransactWriteItem>, StoreError> {
        let still = |by: &Member| {
            check(
                &self.tables.chat,
                &keys::member(app, room, by.user),
                "standing = :active AND #role = :role",
                [(":active", text("active")), (":role", text(by.role.as_str()))],
            )
        };
        by.map(still).transpose()
    }

    /// Gives a room that its owner is leaving another one, unless it has one: the oldest moderator, else the oldest member, else
    /// the oldest who may read. Before the departure is told, so that whoever completes it comes by here. `None`: there is an
    /// owner, or nobody who could be.
    ///
    /// Reads all members, a few pages of 1 MB in the largest room: only for an owner's departure.
    ///
    /// # Errors
    /// [`AppendRefusal`].
    pub async fn succeed(
        &self,
        app: &AppId,
        room: RoomNumber,
        leaving: &Leaving,
        now: Timestamp,
    ) -> Result<Option<Entry>, AppendRefusal> {
        let Some(heir) = self.heir(app, room).await? else {
            return Ok(None);
        };
        let body = Body::RoleChanged {
            user: heir.user,
            role: Role::Owner,
        };
        let draft = leaving.companion(body);
        let departing = keys::member(app, room, leaving.member.user);
        let appended = self
            .append_with(app, room, &draft, now, None, |_| {
                Ok(vec![
                    self.role(app, room, &heir, Role::Owner)?,
                    check(
                        &self.tables.chat,
                        &departing,
                        "left_write = :this",
                        [(":this", text(leaving.left_write.as_str()))],
                    )?,
                ])
            })
            .await;
        match appended {
            Ok(Appended::New(entry) | Appended::Duplicate(entry)) => Ok(Some(entry)),
            // A deleted room needs no owner.
            Ok(Appended::Replayed(_)) | Err(AppendRefusal::Closed) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// Who is next, if nobody owns the room.
    async fn heir(&self, app: &AppId, room: RoomNumber) -> Result<Option<Member>, StoreError> {
        let (mut after, mut heir) = (None, None::<Member>);
        let place = |member: &Member| {
            let rank = Role::ALL.iter().position(|role| *role == member.role);
            (rank, member.joined_at, member.joined_seq, member.user)
        };
        loop {
            let page = self.query_members(app, room, after, MEMBERS_PER_READ).await?;
            let members = page.rows.into_iter().map(read).collect::<Result<Vec<Member>, _>>()?;
            after = members.last().map(|member: &Member| member.user);
            for member in members.into_iter().filter(Member::is_active) {
                if member.role == Role::Owner {
                    return Ok(None);
                }
                if heir.as_ref().is_none_or(|heir| place(&member) < place(heir)) {
                    heir = Some(member);
                }
            }
            if page.next.is_none() {
                return Ok(heir);
            }
        }
    }

    /// The active members among these two: the one who acts and the one it is about, in one read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn two_members(
        &self,
        app: &AppId,
        room: RoomNumber,
        (by, about): (Option<UserId>, UserId),
    ) -> Result<(Option<Member>, Option<Member>), StoreError> {
        let mut wanted = vec![keys::member(app, room, about)];
        wanted.extend(by.filter(|by| *by != about).map(|by| keys::member(app, room, by)));
        let rows = self.get_many(&self.tables.chat, &wanted, true).await?;
        let rows = rows.into_iter().map(read).collect::<Result<Vec<Member>, _>>()?;
        let of = |user: UserId| rows.iter().find(|member| member.user == user).cloned();
        Ok((by.and_then(of), of(about)))
    }
}
