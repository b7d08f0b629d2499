//! Invites: `POST`, `GET /room/{room_id}/invite`, `DELETE /room/{room_id}/invite/{user_id}` for those who look after a room;
//! `GET /invite`, `POST /invite/{room_id}/accept` and `…/decline` for who is invited. Over a socket `invite_user`,
//! `withdraw_invite`, `accept_invite` and `decline_invite`.
//!
//! An invite that has ended is none, and so is one to a room that is archived or deleted. Whoever has none learns nothing of the
//! room by asking.

use parlour_domain::access::{Actor, Denied, Operation, as_invited, on_app};
use parlour_domain::invite::Invite;
use parlour_domain::member::{Member, Role, Standing};
use parlour_domain::room::{Room, RoomKind};
use parlour_domain::{Moment, RoomId, RoomNumber, Timestamp, UserId};
use parlour_protocol::InvalidInput;
use parlour_protocol::request::to_come;
use parlour_protocol::view::{InviteView, MemberView, PageView};
use parlour_store::{OwnInvite, Written};

use crate::add_member::{Way, enter};
use crate::idempotency::{Done, Key, claim, replay, replayed, settle};
use crate::list_rooms::join_place;
use crate::message::{TRIES, step_back};
use crate::room::{authorise, decide, number, own_row};
use crate::{Error, PageSize, Parlour, live, remove_member};

/// What stands in the way of an invite, or that nothing does.
enum Found {
    Nobody(Room),
    Invited(Room, Invite),
    Leaving,
}

/// Invites a user, who hears of it on every connection; not by whom the user has blocked. `replayed` is also set where there is an
/// invite already, which stays as it is.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Invalid`] (unknown user, the end is over), [`Error::AlreadyMember`], [`Error::Banned`],
/// [`Error::DirectRoom`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn invite(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    (user, until): (UserId, Option<Timestamp>),
    key: Option<&Key>,
) -> Result<Done<InviteView>, Error> {
    let (app, number) = (actor.app(), number(actor, room)?);
    if let Some(done) = replay(parlour, actor, key, moment.now).await? {
        return Ok(done);
    }
    to_come(until, moment.now)?;
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let room = match find(parlour, actor, number, user, moment.now).await? {
            Found::Nobody(room) => room,
            Found::Invited(room, invite) => {
                return Ok(Done {
                    value: InviteView::new(app, &room, &invite),
                    replayed: true,
                });
            }
            // Left a moment ago, and the departure is not finished.
            Found::Leaving => {
                remove_member::finish(parlour, app, number, user, moment.now).await?;
                continue;
            }
        };
        let invite = Invite::new(user, actor.user(), moment.now, until);
        let view = InviteView::new(app, &room, &invite);
        let claim = claim(actor, key, &view, moment.now);
        match parlour.store.put_invite(app, number, &invite, claim.as_ref()).await? {
            Written::Done => {
                live::tell_users(parlour, app, &[user], ("invited_to_room", &view)).await;
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
    number: RoomNumber,
    user: UserId,
    now: Timestamp,
) -> Result<Found, Error> {
    let (app, store) = (actor.app(), &parlour.store);
    let block = async {
        match actor.user() {
            Some(by) => store.block(app, user, by).await,
            None => Ok(None),
        }
    };
    let (row, members, known, invite, block) = tokio::join!(
        store.room(app, number),
        store.two_members(app, number, (actor.user(), user)),
        store.user(app, user),
        store.invite(app, number, user),
        block,
    );
    let (own, target) = members?;
    let (room, _) = decide(actor, Operation::InviteUser, row?, own, Some(user))?;
    if room.kind == RoomKind::Direct {
        return Err(Error::DirectRoom);
    }
    if room.archived {
        return Err(Error::Denied(Denied::Archived));
    }
    if known?.is_none() {
        return Err(InvalidInput::new("user_id", "must be a user of this app").into());
    }
    if block?.is_some() {
        return Err(Error::Denied(Denied::Blocked));
    }
    match target {
        Some(member) if member.is_active() => return Err(Error::AlreadyMember),
        Some(member) if member.is_banned(now) => return Err(Error::Banned),
        Some(member) if member.standing == Standing::Leaving => return Ok(Found::Leaving),
        Some(_) | None => {}
    }
    Ok(match invite?.filter(|invite| invite.holds(now)) {
        Some(invite) => Found::Invited(room, invite),
        None => Found::Nobody(room),
    })
}

/// A page of a room's invites, by user id. It may be short; `next` tells whether there are more.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    (after, size): (Option<UserId>, PageSize),
    now: Timestamp,
) -> Result<PageView<InviteView>, Error> {
    let (app, number) = (actor.app(), number(actor, room)?);
    let (room, _) = authorise(parlour, actor, Operation::ListInvites, number, None).await?;
    let page = parlour.store.invites_of_room(app, number, after, size.items).await?;
    let users: Vec<UserId> = page.invites.iter().map(|invite| invite.user).collect();
    let members = parlour.store.members_by_id(app, number, &users).await?;
    // Who became a member another way needs no invite.
    let pending = |invite: &&Invite| !room.archived && invite.holds(now) && !members.contains_key(&invite.user);
    let placed = |invite: &Invite| (invite.user.to_string(), InviteView::new(app, &room, invite));
    let placed = page.invites.iter().filter(pending).map(placed);
    Ok(size.page(placed.collect(), page.next.map(|user| user.to_string())))
}

/// A page of the user's own invites, the oldest first, with the rooms as they were a moment ago. It may be short; `next` tells
/// whether there are more.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn list_own(
    parlour: &Parlour,
    actor: &Actor,
    after: Option<&str>,
    size: PageSize,
    now: Timestamp,
) -> Result<PageView<InviteView>, Error> {
    on_app(actor, Operation::ListOwnInvites, None)?;
    let (app, user) = (actor.app(), actor.user().ok_or(Error::Unauthenticated)?);
    let page = parlour
        .store
        .invites_of_user(app, user, join_place(after)?, size.items)
        .await?;
    let rooms: Vec<RoomNumber> = page.invites.iter().map(|own| own.room).collect();
    let (rows, members) = tokio::join!(
        parlour.store.rooms_by_number(app, &rooms),
        parlour.store.memberships(app, user, &rooms),
    );
    let (rows, members) = (rows?, members?);
    let placed = |OwnInvite { room, invite, place }: OwnInvite| {
        let pending = invite.holds(now) && !members.contains_key(&room);
        let row = rows.get(&room).filter(|row| !row.deleted && !row.archived)?;
        pending.then(|| (place, InviteView::new(app, row, &invite)))
    };
    let placed = page.invites.into_iter().filter_map(placed);
    Ok(size.page(placed.collect(), page.next))
}

/// Becomes a member by an invite, as a member is added, and uses it up. Who is a member already stays one.
///
/// # Errors
/// [`Error::NotFound`] (no invite), [`Error::Denied`], [`Error::Banned`], [`Error::RoomFull`], [`Error::Busy`],
/// [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn accept(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    key: Option<&Key>,
) -> Result<Done<MemberView>, Error> {
    let (app, number, now) = (actor.app(), number(actor, room)?, moment.now);
    if let Some(done) = replay(parlour, actor, key, now).await? {
        return Ok(done);
    }
    let invite = async {
        match actor.user() {
            Some(user) => parlour.store.invite(app, number, user).await,
            None => Ok(None),
        }
    };
    let (row, member, invite) = tokio::join!(parlour.store.room(app, number), own_row(parlour, actor, number), invite,);
    let (row, member, invite): (Option<Room>, Option<Member>, Option<Invite>) = (row?, member?, invite?);
    let own = (member.as_ref(), invite.as_ref());
    let user = as_invited(actor, Operation::AcceptInvite, row.as_ref(), own, now)?;
    let room = row.ok_or(Error::NotFound)?;
    enter(parlour, moment, actor, &room, (user, Role::Member, Way::Invite), key).await
}

/// Ends the user's own invite. That there was none is not told.
///
/// # Errors
/// [`Error::NotFound`] (no id of this app), [`Error::Denied`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn decline(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    room: RoomId,
    key: Option<&Key>,
) -> Result<Done<()>, Error> {
    on_app(actor, Operation::DeclineInvite, None)?;
    let (number, user) = (number(actor, room)?, actor.user().ok_or(Error::Unauthenticated)?);
    let claim = claim(actor, key, &(), moment.now);
    let place = (actor.app(), number, user);
    settle(
        parlour.store.decline_invite(place, claim.as_ref()).await?,
        (),
        Error::Busy,
    )
}

/// Takes an invite back.
///
/// # Errors
/// [`Error::NotFound`] (also without an invite), [`Error::Denied`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn revoke(
    parlour: &Parlour,
    moment: &Moment,
    actor: &Actor,
    (room, user): (RoomId, UserId),
    key: Option<&Key>,
) -> Result<Done<()>, Error> {
    let number = number(actor, room)?;
    if let Some(done) = replay(parlour, actor, key, moment.now).await? {
        return Ok(done);
    }
    authorise(parlour, actor, Operation::RevokeInvite, number, Some(user)).await?;
    let claim = claim(actor, key, &(), moment.now);
    let place = (actor.app(), number, user);
    let revoked = parlour.store.revoke_invite(place, claim.as_ref(), moment.now).await?;
    settle(revoked, (), Error::NotFound)
}
