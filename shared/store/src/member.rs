//! Members of rooms. Joining is one transaction with its entry; leaving ends the rights first and is told last.
//!
//! The order of leaving (row, subscriptions, entry) keeps whatever has a higher `seq` than the entry away from the one who
//! left; `models/membership.py` of the design checked it. A crash between the steps is completed by a retry or by `sweep`.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, Select};
use parlour_domain::log::{Body, Draft, WriteId};
use parlour_domain::member::{Member, ReadPosition, Role, Standing};
use parlour_domain::{AppId, Moment, RoomNumber, Timestamp, UserId, limits};
use serde::{Deserialize, Serialize};

use crate::claim::{WriteClaim, Written};
use crate::error::{StoreError, classify};
use crate::log::{AppendRefusal, Appended};
use crate::row::{Item, item, number, read, text, text_of};
use crate::transact::{delete_if, put_new, update};
use crate::{Store, keys};

/// A page of members, by user id.
#[derive(Debug, Clone, Default)]
pub struct MemberPage {
    /// The members.
    pub members: Vec<Member>,
    /// Where the next page goes on, if there is one.
    pub next: Option<UserId>,
}

/// What completing a departure needs, kept in the row of the member who is leaving.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Departure {
    #[serde(default)]
    left_by: Option<UserId>,
    left_write: WriteId,
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
        let page = self
            .query_members(app, room, after, limit, Select::AllAttributes)
            .await?;
        let rows: Vec<Member> = page.0.into_iter().map(read).collect::<Result<_, _>>()?;
        let next = page.1.and_then(|_| rows.last().map(|member| member.user));
        let members = rows
            .into_iter()
            .filter(|member| member.standing == Standing::Active)
            .collect();
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
        let (rows, _) = self
            .query_members(app, room, after, limit, Select::AllAttributes)
            .await?;
        let user = |row: &Item| UserId::parse(text_of(row, keys::SK)?.strip_prefix(keys::MEMBER_PREFIX)?).ok();
        Ok(rows.iter().filter_map(user).collect())
    }

    async fn query_members(
        &self,
        app: &AppId,
        room: RoomNumber,
        after: Option<UserId>,
        limit: usize,
        select: Select,
    ) -> Result<(Vec<Item>, Option<Item>), StoreError> {
        let start = after.map(|user| crate::row::key_item(&keys::member(app, room, user)));
        let page = self
            .client
            .query()
            .table_name(&self.tables.chat)
            .key_condition_expression("pk = :p AND begins_with(sk, :prefix)")
            .expression_attribute_values(":p", text(keys::room_pk(app, room)))
            .expression_attribute_values(":prefix", text(keys::MEMBER_PREFIX))
            .consistent_read(true)
            .select(select)
            .set_exclusive_start_key(start)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(classify)?;
        Ok((page.items.unwrap_or_default(), page.last_evaluated_key))
    }

    /// Makes a user a member, with the entry `member_joined`, all or nothing.
    ///
    /// # Errors
    /// [`AppendRefusal`]; `Condition` if the user has a row already, or the room is deleted or full.
    pub async fn add_member(
        &self,
        app: &AppId,
        room: RoomNumber,
        (user, role): (UserId, Role),
        draft: &Draft,
        claim: Option<&WriteClaim>,
        now: Timestamp,
    ) -> Result<Appended, AppendRefusal> {
        let chat = &self.tables.chat;
        self.append_with(app, room, draft, now, claim, |entry| {
            let read = ReadPosition {
                seq: entry.seq,
                msg_no: entry.msg_no,
            };
            let member = Member::joined(user, role, now, read);
            Ok(vec![
                put_new(chat, member_item(app, room, &member)?)?,
                update(
                    chat,
                    &keys::room(app, room),
                    "ADD member_count :one",
                    "attribute_exists(pk) AND attribute_not_exists(deleted) AND member_count < :limit",
                    [(":one", number(1)), (":limit", number(limits::MEMBERS))],
                )?,
            ])
        })
        .await
    }

    /// Step 1 of leaving: the row says so, and from here on every check refuses the user. `Refused`: no active member.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_departure(
        &self,
        app: &AppId,
        room: RoomNumber,
        user: UserId,
        by: Option<UserId>,
        moment: &mut Moment,
        claim: Option<&WriteClaim>,
    ) -> Result<Written, StoreError> {
        let by = by.map_or(AttributeValue::Null(true), |by| text(by.to_string()));
        let write = serde_dynamo::to_attribute_value(WriteId::generate(moment));
        let action = update(
            &self.tables.chat,
            &keys::member(app, room, user),
            "SET standing = :leaving, left_by = :by, left_write = :write, ik = :unfinished, iv = :place",
            "standing = :active",
            [
                (":leaving", text("leaving")),
                (":active", text("active")),
                (":by", by),
                (":write", write.map_err(|error| StoreError::Damaged(error.to_string()))?),
                (":unfinished", text(keys::unfinished())),
                (":place", text(keys::unfinished_member(app, room, user))),
            ],
        )?;
        self.write(claim, vec![action]).await
    }

    /// Steps 2 and 3 of leaving: the user's subscriptions go, then the entry `member_left` comes, in one transaction with the
    /// end of the row. `None`: someone else finished it, or nobody is leaving. Repeatable.
    ///
    /// # Errors
    /// [`AppendRefusal`].
    pub async fn finish_departure(
        &self,
        app: &AppId,
        room: RoomNumber,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<Appended>, AppendRefusal> {
        let key = keys::member(app, room, user);
        let Some(row) = self.get(&self.tables.chat, &key, true).await? else {
            return Ok(None);
        };
        if text_of(&row, "standing") != Some("leaving") {
            return Ok(None);
        }
        let departure: Departure = read(row)?;
        // A later departure of someone who came back meanwhile has another write id, and is not ended by this call.
        let this = text(departure.left_write.as_str());
        self.delete_subscriptions_of_user(app, room, user).await?;
        let body = Body::MemberLeft { user };
        let draft = Draft {
            sender: departure.left_by,
            client_id: None,
            write_id: departure.left_write,
            hash: parlour_domain::log::BodyHash::of(&body),
            body,
        };
        let chat = &self.tables.chat;
        let appended = self
            .append_with(app, room, &draft, now, None, |_| {
                Ok(vec![
                    delete_if(chat, &key, "left_write = :this", [(":this", this.clone())])?,
                    update(
                        chat,
                        &keys::room(app, room),
                        "ADD member_count :one",
                        "attribute_exists(pk)",
                        [(":one", number(-1))],
                    )?,
                ])
            })
            .await;
        match appended {
            Ok(appended) => Ok(Some(appended)),
            Err(AppendRefusal::Condition) => Ok(None),
            // A deleted room has no further entries; its members' rows go with it.
            Err(AppendRefusal::Closed) => {
                self.delete_many(chat, &[key]).await?;
                Ok(None)
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// Changes that a crash may have left half done: members who are leaving and rooms that are being deleted, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unfinished(&self, limit: usize) -> Result<Vec<(AppId, RoomNumber, Option<UserId>)>, StoreError> {
        let page = self
            .client
            .query()
            .table_name(&self.tables.chat)
            .index_name(keys::INVERTED)
            .key_condition_expression("ik = :p")
            .expression_attribute_values(":p", text(keys::unfinished()))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(classify)?;
        Ok(page
            .items()
            .iter()
            .filter_map(|row| keys::parse_unfinished(text_of(row, keys::INDEX_SK)?))
            .collect())
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
        let wanted: Vec<_> = users.iter().map(|user| keys::member(app, room, *user)).collect();
        let rows = self.get_many(&self.tables.chat, &wanted, true).await?;
        let members = rows.into_iter().map(read::<Member>).collect::<Result<Vec<_>, _>>()?;
        Ok(members
            .into_iter()
            .filter(|m| m.standing == Standing::Active)
            .map(|m| (m.user, m))
            .collect())
    }
}
