//! `PUT` and `DELETE /room/{room_id}/ban/{user_id}`, `ban_user`, `unban_user`, `GET /room/{room_id}/ban`: by a moderator, an owner or
//! the backend.
//!
//! A member who is banned is removed as every member is; the row of the ban takes the place of the membership, so that no way
//! of becoming a member can miss it. Users who are no members can be banned too. A ban that has ended is none.

use parlour_domain::access::{Actor, Operation, over};
use parlour_domain::member::{Ban, Member, Standing};
use parlour_domain::room::{Room, RoomKind};
use parlour_domain::{Moment, RoomId, Timestamp, UserId};
use parlour_protocol::InvalidInput;
use parlour_protocol::request::to_come;
use parlour_protocol::view::{BanView, PageView};
use parlour_store::{WriteClaim, Written};
use serde_json::Value;

use crate::idempotency::{Done, Key, claim, replay, replayed};
use crate::message::{TRIES, step_back};
use crate::room::{authorise, decide, number};
use crate::{Error, Parlour, remove_member};

/// Bans a user until `until`, or until it is taken back. Banning again changes the end.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`] (unknown user, the end is over), [`Error::DirectRoom`], [`Error::Busy`],
/// [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn ban(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    (room, user): (RoomId, UserId),
    until: Option<Timestamp>,
    key: Option<&Key>,
) -> Result<Done<BanView>, Error> {
    let (app, number) = (actor.app(), number(actor, room)?);
    if let Some(done) = replay(parlour, actor, key, moment.now).await? {
        remove_member::finish(parlour, app, number, user, moment.now).await?;
        return Ok(done);
    }
    to_come(until, moment.now)?;
    let ban = Ban {
        at: moment.now,
        by: actor.user(),
        until,
    };
    let view = BanView::new(app, number, user, &ban);
    let claim = claim(actor, key, &view, moment.now);
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let (room, target) = find(parlour, actor, number, user).await?;
        match write(parlour, moment, actor, (&room, user, target), &ban, claim.as_ref()).await? {
            Written::Done => {
                remove_member::finish(parlour, app, number, user, moment.now).await?;
                return Ok(Done::now(view));
            }
            Written::Replayed(reply) => return replayed(&reply),
            Written::Reused => return Err(Error::ClientIdConflict),
            Written::Refused | Written::Busy => {}
        }
    }
    Err(Error::Busy)
}

async fn find(
    parlour: &Parlour,
    actor: &Actor,
    number: parlour_domain::RoomNumber,
    user: UserId,
) -> Result<(Room, Option<Member>), Error> {
    let (app, store) = (actor.app(), &parlour.store);
    let (row, members, known) = tokio::join!(
        store.room(app, number),
        store.two_members(app, number, (actor.user(), user)),
        store.user(app, user),
    );
    let (own, target) = members?;
    let (row, own) = decide(actor, Operation::BanMember, row?, own, Some(user))?;
    if actor.user() == Some(user) {
        return Err(Error::Denied(parlour_domain::access::Denied::Forbidden));
    }
    if let Some(target) = &target {
        over(actor, own.as_ref(), target)?;
    } else if known?.is_none() {
        return Err(InvalidInput::new("user_id", "must be a user of this app").into());
    }
    if row.kind == RoomKind::Direct {
        return Err(Error::DirectRoom);
    }
    Ok((row, target))
}

async fn write(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    (room, user, target): (&Room, UserId, Option<Member>),
    ban: &Ban,
    claim: Option<&WriteClaim>,
) -> Result<Written, Error> {
    let place = (actor.app(), room.number, user);
    match target.map(|target| target.standing) {
        Some(Standing::Active) => Ok(parlour.store.begin_ban(place, ban, moment, claim).await?),
        Some(Standing::Leaving) => {
            remove_member::finish(parlour, actor.app(), room.number, user, moment.now).await?;
            Ok(Written::Refused)
        }
        Some(Standing::Banned) | None => Ok(parlour.store.ban_stranger(place, ban, claim).await?),
    }
}

/// Takes a ban back.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn unban(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    (room, user): (RoomId, UserId),
    key: Option<&Key>,
) -> Result<Done<()>, Error> {
    let (app, number) = (actor.app(), number(actor, room)?);
    if let Some(done) = replay(parlour, actor, key, moment.now).await? {
        return Ok(done);
    }
    authorise(parlour, actor, Operation::BanMember, number, Some(user)).await?;
    // A ban whose departure a crash cut off becomes one first.
    remove_member::finish(parlour, app, number, user, moment.now).await?;
    let claim = claim(actor, key, &(), moment.now);
    match parlour.store.unban(app, number, user, claim.as_ref()).await? {
        Written::Done => Ok(Done::now(())),
        Written::Refused => Err(Error::NotFound),
        Written::Replayed(reply) => replayed(&reply),
        Written::Reused => Err(Error::ClientIdConflict),
        Written::Busy => Err(Error::Busy),
    }
}

/// A page of the banned users, by user id. It may be short; `next` tells whether there are more.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn list_bans(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    (after, limit): (Option<UserId>, usize),
    now: Timestamp,
) -> Result<PageView<BanView>, Error> {
    let (app, number) = (actor.app(), number(actor, room)?);
    authorise(parlour, actor, Operation::ListBans, number, None).await?;
    let page = parlour.store.list_bans(app, number, after, limit).await?;
    let view = |member: &Member| {
        let ban = member.ban.filter(|ban| ban.holds(now))?;
        Some(BanView::new(app, number, member.user, &ban))
    };
    Ok(PageView {
        items: page.banned.iter().filter_map(view).collect(),
        next: page.next.map(|user| Value::from(user.to_string())),
    })
}
