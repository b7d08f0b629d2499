//! Invites: a row in the room's partition, listed for its user by the inverted index.
//!
//! There is none for who has a row among the members when it is made, and the end of a membership ends what invite there is: no
//! old invite leads back into a room. It ends by itself; `x` only has the engine take the row away.

use std::collections::HashMap;

use parlour_domain::invite::Invite;
use parlour_domain::log::Draft;
use parlour_domain::member::Role;
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId};

use crate::claim::{WriteClaim, Written};
use crate::error::StoreError;
use crate::log::{AppendRefusal, Appended, Reply, Writing};
use crate::query::{Part, Rows};
use crate::row::{Item, item, key_item, number, read, text, text_of};
use crate::transact::{check, delete, delete_if, put_if};
use crate::{Store, keys};

/// A page of a room's invites, by user id.
#[derive(Debug, Clone, Default)]
pub struct InvitePage {
    /// The invites; those that have ended may be among them.
    pub invites: Vec<Invite>,
    /// Where the next page goes on, if there is one.
    pub next: Option<UserId>,
}

/// An invite of a user's.
#[derive(Debug, Clone)]
pub struct OwnInvite {
    /// To which room.
    pub room: RoomNumber,
    /// The invite.
    pub invite: Invite,
    /// Its place: what comes behind it is asked for with this as `after`.
    pub place: String,
}

/// A page of a user's invites, the oldest first.
#[derive(Debug, Clone, Default)]
pub struct OwnInvitePage {
    /// The invites; those that have ended may be among them.
    pub invites: Vec<OwnInvite>,
    /// Where the next page goes on, if there is one.
    pub next: Option<String>,
}

fn invite_item(app: &AppId, room: RoomNumber, invite: &Invite) -> Result<Item, StoreError> {
    let mut row = item(&keys::invite(app, room, invite.user), "invite", invite)?;
    row.insert(keys::INDEX_PK.to_owned(), text(keys::invites(app, invite.user)));
    row.insert(keys::INDEX_SK.to_owned(), text(keys::invited_at(invite.at, room)));
    // Not before its last second is over.
    row.insert(keys::TTL.to_owned(), number(invite.until.seconds() + 1));
    Ok(row)
}

impl Store {
    /// Invites a user. `Refused`: there is an invite that holds, or the user is a member, is leaving or is banned.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_invite(
        &self,
        app: &AppId,
        room: RoomNumber,
        invite: &Invite,
        claim: Option<&WriteClaim>,
    ) -> Result<Written, StoreError> {
        let (chat, now) = (&self.tables.chat, number(invite.at.millis()));
        let invited = put_if(
            chat,
            invite_item(app, room, invite)?,
            "attribute_not_exists(pk) OR #until <= :now",
            [(":now", now.clone())],
        )?;
        let no_member = check(
            chat,
            &keys::member(app, room, invite.user),
            "attribute_not_exists(pk) OR (standing = :banned AND ban.#until <= :now)",
            [(":banned", text("banned")), (":now", now)],
        )?;
        self.write(claim, vec![invited, no_member]).await
    }

    /// A user's invite to a room, read consistently; also one that has ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn invite(&self, app: &AppId, room: RoomNumber, user: UserId) -> Result<Option<Invite>, StoreError> {
        self.get(&self.tables.chat, &keys::invite(app, room, user), true)
            .await?
            .map(read)
            .transpose()
    }

    /// Takes an invite back. `Refused`: there is none that holds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revoke_invite(
        &self,
        (app, room, user): (&AppId, RoomNumber, UserId),
        claim: Option<&WriteClaim>,
        now: Timestamp,
    ) -> Result<Written, StoreError> {
        let now = [(":now", number(now.millis()))];
        let key = keys::invite(app, room, user);
        let action = delete_if(&self.tables.chat, &key, "#until > :now", now)?;
        self.write(claim, vec![action]).await
    }

    /// Ends an invite, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn decline_invite(
        &self,
        (app, room, user): (&AppId, RoomNumber, UserId),
        claim: Option<&WriteClaim>,
    ) -> Result<Written, StoreError> {
        let action = delete(&self.tables.chat, &keys::invite(app, room, user))?;
        self.write(claim, vec![action]).await
    }

    /// Makes an invited user a member, with the entry `member_joined`, and ends the invite: all or nothing.
    ///
    /// # Errors
    /// As [`Store::add_member`]; `Condition` too if there is no invite that holds.
    pub async fn accept_invite(
        &self,
        app: &AppId,
        room: RoomNumber,
        new: (UserId, Role),
        draft: &Draft,
        claim: Option<(&WriteClaim, Reply<'_>)>,
        now: Timestamp,
    ) -> Result<Appended, AppendRefusal> {
        let key = keys::invite(app, room, new.0);
        let writing = Writing {
            app,
            room,
            draft,
            claim,
            now,
        };
        self.append_writing(writing, |entry| {
            let mut actions = self.entering((app, room), &[new], entry, now)?;
            let holds = [(":now", number(now.millis()))];
            actions.push(delete_if(&self.tables.chat, &key, "#until > :now", holds)?);
            Ok(actions)
        })
        .await
    }

    /// A page of a room's invites, read consistently.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn invites_of_room(
        &self,
        app: &AppId,
        room: RoomNumber,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<InvitePage, StoreError> {
        let query = self
            .rows(
                &self.tables.chat,
                keys::room_pk(app, room),
                Part::Begins(keys::INVITE_PREFIX),
            )
            .consistent_read(true)
            .set_exclusive_start_key(after.map(|user| key_item(&keys::invite(app, room, user))));
        let page = Rows::read(query, Some(limit)).await?;
        let invites = page.rows.into_iter().map(read).collect::<Result<Vec<Invite>, _>>()?;
        let next = page.next.and_then(|_| invites.last().map(|invite| invite.user));
        Ok(InvitePage { invites, next })
    }

    /// A page of a user's invites, from the inverted index (a moment behind).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn invites_of_user(
        &self,
        app: &AppId,
        user: UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<OwnInvitePage, StoreError> {
        let query = self.lines(keys::invites(app, user), Part::after(after));
        let page = Rows::read(query, Some(limit)).await?;
        let room_of = |row: &Item| text_of(row, keys::PK).and_then(keys::parse_room_pk);
        let listed = page.rows.iter();
        let listed = listed.filter_map(|row| Some((room_of(row)?, text_of(row, keys::INDEX_SK)?.to_owned())));
        let listed: Vec<(RoomNumber, String)> = listed.collect();
        let wanted: Vec<_> = listed.iter().map(|(room, _)| keys::invite(app, *room, user)).collect();
        let mut found = HashMap::new();
        for row in self.get_many(&self.tables.chat, &wanted, false).await? {
            if let Some(room) = room_of(&row) {
                found.insert(room, read::<Invite>(row)?);
            }
        }
        let invites = listed.into_iter().filter_map(|(room, place)| {
            let invite = found.remove(&room)?;
            Some(OwnInvite { room, invite, place })
        });
        Ok(OwnInvitePage {
            invites: invites.collect(),
            next: page.next_place(),
        })
    }
}
