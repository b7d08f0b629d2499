//! Bans. The row of a ban stands in the place of the membership: no transaction that makes someone a member can miss it.

use parlour_domain::member::{Ban, Member, ReadPosition, Role, Standing};
use parlour_domain::{AppId, Moment, RoomNumber, UserId};

use crate::claim::{WriteClaim, Written};
use crate::error::StoreError;
use crate::keys::Key;
use crate::member::member_item;
use crate::query::{Part, Rows};
use crate::row::{read, text};
use crate::transact::{delete, delete_if, put_if};
use crate::{Store, keys};

/// A page of the banned users of a room, by user id.
#[derive(Debug, Clone, Default)]
pub struct BanPage {
    /// Their rows.
    pub banned: Vec<Member>,
    /// Where the next page goes on, if there is one.
    pub next: Option<UserId>,
}

impl Store {
    /// Step 1 of removing a member who may not come back; the other steps are those of every departure. `Refused`: no active
    /// member.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_ban(
        &self,
        (app, room, user): (&AppId, RoomNumber, UserId),
        ban: &Ban,
        moment: &mut Moment,
        claim: Option<&WriteClaim>,
    ) -> Result<Written, StoreError> {
        let action = self.leaving((app, room, user), ban.by, Some(ban), moment)?;
        self.write(claim, vec![action]).await
    }

    /// Bans a user who is no member, or changes the ban; an invite of theirs ends. `Refused`: the user is a member, or is leaving.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ban_stranger(
        &self,
        (app, room, user): (&AppId, RoomNumber, UserId),
        ban: &Ban,
        claim: Option<&WriteClaim>,
    ) -> Result<Written, StoreError> {
        let member = Member {
            standing: Standing::Banned,
            ban: Some(*ban),
            ..Member::joined(user, Role::Member, ban.at, ReadPosition::default())
        };
        let mut row = member_item(app, room, &member)?;
        row.insert(keys::INDEX_PK.to_owned(), text(keys::bans(app, room)));
        row.insert(keys::INDEX_SK.to_owned(), text(user.to_string()));
        let condition = "attribute_not_exists(pk) OR standing = :banned";
        let action = put_if(&self.tables.chat, row, condition, [(":banned", text("banned"))])?;
        let uninvited = delete(&self.tables.chat, &keys::invite(app, room, user))?;
        self.write(claim, vec![action, uninvited]).await
    }

    /// Takes a ban back. `Refused`: there is none, or the departure that it began is not finished.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unban(
        &self,
        app: &AppId,
        room: RoomNumber,
        user: UserId,
        claim: Option<&WriteClaim>,
    ) -> Result<Written, StoreError> {
        let key = keys::member(app, room, user);
        let banned = [(":banned", text("banned"))];
        let action = delete_if(&self.tables.chat, &key, "standing = :banned", banned)?;
        self.write(claim, vec![action]).await
    }

    /// A page of the banned users, from the inverted index (a moment behind); bans that have ended are among them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list_bans(
        &self,
        app: &AppId,
        room: RoomNumber,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<BanPage, StoreError> {
        let after = after.map(|user| user.to_string());
        let query = self.lines(keys::bans(app, room), Part::after(after.as_deref()));
        let page = Rows::read(query, Some(limit)).await?;
        let wanted: Vec<_> = page.rows.iter().filter_map(Key::of).collect();
        let rows = self.get_many(&self.tables.chat, &wanted, false).await?;
        let mut banned = rows.into_iter().map(read::<Member>).collect::<Result<Vec<_>, _>>()?;
        banned.retain(|member| member.standing == Standing::Banned);
        banned.sort_unstable_by_key(|member| member.user);
        Ok(BanPage {
            banned,
            next: page.next_place().and_then(|user| UserId::parse(&user).ok()),
        })
    }
}
