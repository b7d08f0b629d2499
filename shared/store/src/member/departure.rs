//! Leaving: it ends the rights first and is told last.
//!
//! The order (row, subscriptions, entry) keeps whatever has a higher `seq` than the entry away from the one who left;
//! `models/membership.py` of the design checked it. A crash between the steps is completed by a retry or by `sweep`.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use parlour_domain::log::{Body, BodyHash, Draft, WriteId};
use parlour_domain::member::{Ban, Member};
use parlour_domain::rate::Allowance;
use parlour_domain::{AppId, Moment, RoomNumber, Timestamp, UserId};
use serde::Deserialize;

use crate::claim::{WriteClaim, Written};
use crate::error::{StoreError, classify};
use crate::log::{AppendRefusal, Appended};
use crate::row::{key_item, number, read, text, text_of, value};
use crate::transact::{delete, delete_if, update};
use crate::{Store, keys};

/// A member who is leaving, with what completing it needs.
#[derive(Debug, Clone, Deserialize)]
pub struct Leaving {
    /// Who; the rights of the role have ended.
    #[serde(flatten)]
    pub member: Member,
    #[serde(default)]
    left_by: Option<UserId>,
    pub(super) left_write: WriteId,
}

impl Leaving {
    /// The entry `body` of this departure: every attempt to complete it writes the same.
    fn draft(&self, body: Body) -> Draft {
        Draft {
            sender: self.left_by,
            client_id: None,
            write_id: self.left_write.clone(),
            hash: BodyHash::of(&body),
            body,
            spaced: false,
            allowance: Allowance::default(),
        }
    }

    /// An entry that comes with this departure, before the one that tells of it.
    pub(super) fn companion(&self, body: Body) -> Draft {
        Draft {
            sender: None,
            write_id: self.left_write.companion(),
            ..self.draft(body)
        }
    }
}

impl Store {
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
        let action = self.leaving((app, room, user), by, None, moment)?;
        self.write(claim, vec![action]).await
    }

    pub(super) fn leaving(
        &self,
        (app, room, user): (&AppId, RoomNumber, UserId),
        by: Option<UserId>,
        ban: Option<&Ban>,
        moment: &mut Moment,
    ) -> Result<TransactWriteItem, StoreError> {
        update(
            &self.tables.chat,
            &keys::member(app, room, user),
            "SET standing = :leaving, left_by = :by, left_write = :write, ban = :ban, ik = :unfinished, iv = :place",
            "standing = :active",
            [
                (":leaving", text("leaving")),
                (":active", text("active")),
                (":by", by.map_or(AttributeValue::Null(true), |by| text(by.to_string()))),
                (":write", value(&WriteId::generate(moment))?),
                (":ban", value(&ban)?),
                (":unfinished", text(keys::unfinished())),
                (":place", text(keys::unfinished_member(app, room, user))),
            ],
        )
    }

    /// A departure that was begun and is not finished; `None`: nobody is leaving.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn departure(&self, app: &AppId, room: RoomNumber, user: UserId) -> Result<Option<Leaving>, StoreError> {
        let row = self
            .get(&self.tables.chat, &keys::member(app, room, user), true)
            .await?;
        let row = row.filter(|row| text_of(row, "standing") == Some("leaving"));
        row.map(read).transpose()
    }

    /// Step 2 of leaving: the user's subscriptions go. Repeatable.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_subscriptions(&self, app: &AppId, room: RoomNumber, user: UserId) -> Result<(), StoreError> {
        self.delete_subscriptions_of_user(app, room, user).await
    }

    /// Steps 2 and 3 of leaving: the user's subscriptions go, then the entry `member_left` comes, in one transaction with the
    /// end of the row, or with its becoming that of a ban. `None`: someone else finished it, or nobody is leaving. Repeatable.
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
        match self.departure(app, room, user).await? {
            Some(leaving) => self.end_departure(app, room, &leaving, now).await,
            None => Ok(None),
        }
    }

    /// The same for a departure that was read a moment ago.
    ///
    /// # Errors
    /// [`AppendRefusal`].
    pub async fn end_departure(
        &self,
        app: &AppId,
        room: RoomNumber,
        leaving: &Leaving,
        now: Timestamp,
    ) -> Result<Option<Appended>, AppendRefusal> {
        let user = leaving.member.user;
        self.end_subscriptions(app, room, user).await?;
        let key = keys::member(app, room, user);
        let banned = leaving.member.ban.is_some();
        let draft = leaving.draft(Body::MemberLeft { user, banned });
        let chat = &self.tables.chat;
        let appended = self
            .append_with(app, room, &draft, now, None, |_| {
                Ok(vec![
                    self.left((app, room), leaving)?,
                    self.was_in(app, user, room)?,
                    // An invite from before the membership does not lead back.
                    delete(chat, &keys::invite(app, room, user))?,
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
                self.note_room(app, user, room).await?;
                let gone = self.client.delete_item().table_name(chat).set_key(Some(key_item(&key)));
                gone.send().await.map_err(classify)?;
                Ok(None)
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// The end of the row. A later departure of someone who came back meanwhile has another write id, and is not ended by this.
    fn left(&self, (app, room): (&AppId, RoomNumber), leaving: &Leaving) -> Result<TransactWriteItem, StoreError> {
        let (chat, user) = (&self.tables.chat, leaving.member.user);
        let (key, this) = (keys::member(app, room, user), text(leaving.left_write.as_str()));
        if leaving.member.ban.is_none() {
            return delete_if(chat, &key, "left_write = :this", [(":this", this)]);
        }
        update(
            chat,
            &key,
            "SET standing = :banned, ik = :bans, iv = :user REMOVE left_by, left_write, mute",
            "left_write = :this",
            [
                (":this", this),
                (":banned", text("banned")),
                (":bans", text(keys::bans(app, room))),
                (":user", text(user.to_string())),
            ],
        )
    }
}
