//! `DELETE /room/{room_id}/member/{user_id}` and `POST /room/{room_id}/leave`, `remove_member` and `exit_room`.
//!
//! The rights end first, then the subscriptions, then the entry is written and told: nothing with a higher `seq` than the entry
//! reaches whoever left. Where the last owner leaves, another member becomes it before the entry is written. A crash in between is
//! completed by a repeat or by `sweep`.

use parlour_domain::access::{Actor, Operation, over};
use parlour_domain::log::Entry;
use parlour_domain::member::{Role, Standing};
use parlour_domain::room::{Room, RoomKind};
use parlour_domain::{AppId, Moment, RoomId, RoomNumber, Timestamp, UserId};
use parlour_protocol::view::{EntryView, RemovedView};
use parlour_store::{AppendRefusal, Appended, Leaving, Written};

use crate::fan_out::tell_entry;
use crate::idempotency::{Done, Key, claim, replay, replayed};
use crate::message::TRIES;
use crate::room::{authorise, decide, number};
use crate::{Error, Parlour, live};

/// Removes a member, or the member leaves.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::DirectRoom`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn remove_member(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    user: UserId,
    key: Option<&Key>,
) -> Result<Done<()>, Error> {
    let number = number(actor, room)?;
    if let Some(done) = replay(parlour, actor, key, moment.now).await? {
        finish(parlour, actor.app(), number, user, moment.now).await?;
        return Ok(done);
    }
    let (row, members) = tokio::join!(
        parlour.store.room(actor.app(), number),
        parlour.store.two_members(actor.app(), number, (actor.user(), user)),
    );
    let (own, target) = members?;
    let (row, own) = match decide(actor, Operation::RemoveMember, row?, own, Some(user)) {
        Err(Error::NotFound) if actor.user() == Some(user) => {
            return begun_before(parlour, actor, number, user, moment.now).await;
        }
        decided => decided?,
    };
    if let Some(target) = target
        && actor.user() != Some(user)
    {
        over(actor, own.as_ref(), &target)?;
    }
    depart(parlour, moment, actor, &row, user, key).await
}

/// A user leaves a room.
///
/// # Errors
/// As [`remove_member`].
pub async fn leave(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    key: Option<&Key>,
) -> Result<Done<()>, Error> {
    let number = number(actor, room)?;
    if let (Some(done), Some(user)) = (replay(parlour, actor, key, moment.now).await?, actor.user()) {
        finish(parlour, actor.app(), number, user, moment.now).await?;
        return Ok(done);
    }
    let authorised = authorise(parlour, actor, Operation::LeaveRoom, number, actor.user()).await;
    let user = match (&authorised, actor.user()) {
        (Err(Error::NotFound), Some(user)) => return begun_before(parlour, actor, number, user, moment.now).await,
        (_, user) => user,
    };
    let ((row, _), user) = (authorised?, user.ok_or(Error::Unauthenticated)?);
    depart(parlour, moment, actor, &row, user, key).await
}

/// Who is leaving has no rights any more, not even that one: a departure that was begun is completed all the same.
async fn begun_before(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomNumber,
    user: UserId,
    now: Timestamp,
) -> Result<Done<()>, Error> {
    if finish(parlour, actor.app(), room, user, now).await? {
        Ok(Done::now(()))
    } else {
        Err(Error::NotFound)
    }
}

async fn depart(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: &Room,
    user: UserId,
    key: Option<&Key>,
) -> Result<Done<()>, Error> {
    if room.kind == RoomKind::Direct {
        return Err(Error::DirectRoom);
    }
    let app = actor.app();
    let claim = claim(actor, key, &(), moment.now);
    let begun = parlour
        .store
        .begin_departure(app, room.number, user, actor.user(), moment, claim.as_ref())
        .await?;
    let done = match begun {
        Written::Done => Done::now(()),
        Written::Replayed(reply) => replayed(&reply)?,
        Written::Reused => return Err(Error::ClientIdConflict),
        Written::Busy => return Err(Error::Busy),
        // No active member: none at all, or one whose departure an earlier attempt began.
        Written::Refused => match parlour.store.member(app, room.number, user).await? {
            Some(member) if member.standing == Standing::Leaving => Done::now(()),
            // A ban is no membership.
            _ => return Err(Error::NotFound),
        },
    };
    finish(parlour, app, room.number, user, moment.now).await?;
    Ok(done)
}

/// Completes a departure and tells the room; says whether there was one to complete.
pub(crate) async fn finish(
    parlour: &Parlour,
    app: &AppId,
    room: RoomNumber,
    user: UserId,
    now: Timestamp,
) -> Result<bool, Error> {
    let tell = async |entry: &Entry| {
        let entry = EntryView::new(app, room, entry, None);
        tell_entry(parlour, app, room, &entry, None, now).await;
    };
    let Some(leaving) = parlour.store.departure(app, room, user).await? else {
        return Ok(false);
    };
    if leaving.member.role == Role::Owner {
        // Whoever leaves must not hear of what follows.
        parlour.store.end_subscriptions(app, room, user).await?;
        if let Some(entry) = succession(parlour, app, room, &leaving, now).await? {
            tell(&entry).await;
        }
    }
    if let Some(Appended::New(entry)) = parlour.store.end_departure(app, room, &leaving, now).await? {
        tell(&entry).await;
        let removed = RemovedView {
            room_id: RoomId::new(app, room).to_string(),
            user_id: entry.sender.map(|user| user.to_string()),
        };
        live::tell_users(parlour, app, &[user], ("removed_from_room", &removed)).await;
    }
    Ok(true)
}

/// The room's next owner, if its last one is leaving. Who was to be it may leave at the same moment: then the next is looked for.
async fn succession(
    parlour: &Parlour,
    app: &AppId,
    room: RoomNumber,
    leaving: &Leaving,
    now: Timestamp,
) -> Result<Option<Entry>, Error> {
    for _ in 0..TRIES {
        match parlour.store.succeed(app, room, leaving, now).await {
            Err(AppendRefusal::Condition) => {}
            done => return Ok(done?),
        }
        if parlour.store.departure(app, room, leaving.member.user).await?.is_none() {
            return Ok(None);
        }
    }
    Err(Error::Busy)
}

/// Takes a user out of every group, for the user's deletion. Direct rooms keep their two members.
pub(crate) async fn from_all_groups(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    user: UserId,
) -> Result<(), Error> {
    let mut after = None;
    loop {
        let (rooms, next) = parlour.store.rooms_of(actor.app(), user, after.as_deref(), 100).await?;
        for number in rooms {
            let room = parlour.store.room(actor.app(), number).await?;
            if let Some(room) = room.filter(|room| room.kind == RoomKind::Group && !room.deleted) {
                match depart(parlour, moment, actor, &room, user, None).await {
                    Ok(_) | Err(Error::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        after = next;
        if after.is_none() {
            return Ok(());
        }
    }
}
