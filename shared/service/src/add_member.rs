//! `POST /room/{room_id}/member` and `POST /room/{room_id}/join`, `add_member` and `join_public_room`: membership and the entry that
//! tells of it, all or nothing.

use parlour_domain::access::{Actor, Denied, Operation, in_room};
use parlour_domain::log::{Body, Draft, Entry};
use parlour_domain::member::{Member, ReadPosition, Role, Standing};
use parlour_domain::room::{Room, RoomKind};
use parlour_domain::{Moment, RoomId, RoomNumber, Timestamp, UserId, limits};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{AddedView, EntryView, MemberView};
use parlour_store::{AppendRefusal, Appended};

use crate::fan_out::tell_entry;
use crate::idempotency::{Done, Key, claim, replay, replayed};
use crate::room::{authorise, number};
use crate::{Error, Parlour, live, remove_member};

/// Adds a member. `replayed` is also set where the user was a member already.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`] (also where the room is archived), [`Error::Invalid`] (unknown user), [`Error::Banned`],
/// [`Error::DirectRoom`], [`Error::RoomFull`], [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn add_member(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    (user, role): (UserId, Role),
    key: Option<&Key>,
) -> Result<Done<MemberView>, Error> {
    let number = number(actor, room)?;
    let (row, own) = authorise(parlour, actor, Operation::AddMember, number, Some(user)).await?;
    if role.moderates() {
        // Who may not make a member a moderator may not add one either.
        in_room(actor, Operation::SetRole, Some(&row), own.as_ref(), Some(user))?;
    }
    enter(parlour, moment, actor, &row, (user, role, Way::Open), key).await
}

/// A user joins a public room. Joining again changes nothing; a late repeat with a key does not join anew after leaving.
///
/// # Errors
/// As [`add_member`]; a room that is not public is [`Error::NotFound`].
pub async fn join_public_room(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    key: Option<&Key>,
) -> Result<Done<MemberView>, Error> {
    let number = number(actor, room)?;
    let (row, _) = authorise(parlour, actor, Operation::JoinRoom, number, actor.user()).await?;
    let user = actor.user().ok_or(Error::Unauthenticated)?;
    enter(parlour, moment, actor, &row, (user, Role::Member, Way::Open), key).await
}

/// How a user comes into a room.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    /// By who may add members, or because anyone may join.
    Open,
    /// By an invite, which that uses up.
    Invite,
}

/// Makes a user a member, whom the caller has let in.
pub(crate) async fn enter(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: &Room,
    (user, role, way): (UserId, Role, Way),
    key: Option<&Key>,
) -> Result<Done<MemberView>, Error> {
    let (app, store) = (actor.app(), &parlour.store);
    let (found, member) = tokio::join!(store.user(app, user), store.member(app, room.number, user));
    let found = found?.ok_or_else(|| InvalidInput::new("user_id", "must be a user of this app"))?;
    let view = |member: &Member| MemberView::new(app, room.number, member, Some(&found));
    match member? {
        Some(member) if member.is_active() => {
            // Also where there is nothing to do, a key goes with one body only.
            replay::<MemberView>(parlour, actor, key, moment.now).await?;
            return Ok(Done {
                value: view(&member),
                replayed: true,
            });
        }
        _ if room.archived => {
            let done = replay(parlour, actor, key, moment.now).await?;
            return done.ok_or(Error::Denied(Denied::Archived));
        }
        Some(member)
            if member.is_banned(moment.now) || member.standing == Standing::Leaving && member.ban.is_some() =>
        {
            return Err(Error::Banned);
        }
        // Left a moment ago, and the departure is not finished: finish it, then come back.
        Some(member) if member.standing == Standing::Leaving => {
            remove_member::finish(parlour, actor.app(), room.number, user, moment.now).await?;
        }
        Some(_) | None => {}
    }
    if room.kind == RoomKind::Direct {
        return Err(Error::DirectRoom);
    }
    if room.member_count >= limits::MEMBERS {
        return Err(Error::RoomFull);
    }
    let draft = Draft::new(moment, actor.user(), None, Body::MemberJoined { user, role });
    let now = moment.now;
    let joined = |entry: &Entry| {
        let read = ReadPosition {
            seq: entry.seq,
            msg_no: entry.msg_no,
        };
        view(&Member::joined(user, role, now, read))
    };
    let claim = claim(actor, key, &(), now);
    let reply = |entry: &Entry| serde_json::to_string(&joined(entry)).unwrap_or_default();
    let (new, claim) = ((user, role), claim.as_ref().map(|claim| (claim, &reply as _)));
    let added = match way {
        Way::Open => store.add_member(app, room.number, new, &draft, claim, now).await,
        Way::Invite => store.accept_invite(app, room.number, new, &draft, claim, now).await,
    };
    match added {
        Ok(Appended::New(entry) | Appended::Duplicate(entry)) => {
            let told = EntryView::new(app, room.number, &entry, None);
            tell_entry(parlour, app, room.number, &told, None, now).await;
            let added = AddedView::new(app, room, actor.user());
            live::tell_users(parlour, app, &[user], (live::ADDED_TO_ROOM, &added)).await;
            Ok(Done::now(joined(&entry)))
        }
        Ok(Appended::Replayed(reply)) => replayed(&reply),
        Err(AppendRefusal::Condition) => raced(parlour, actor, room.number, (user, now), view).await,
        Err(refusal) => Err(refusal.into()),
    }
}

/// Someone else added or banned the same user meanwhile, or the room was deleted or filled.
async fn raced(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomNumber,
    (user, now): (UserId, Timestamp),
    view: impl Fn(&Member) -> MemberView,
) -> Result<Done<MemberView>, Error> {
    match parlour.store.member(actor.app(), room, user).await? {
        Some(member) if member.is_active() => Ok(Done {
            value: view(&member),
            replayed: true,
        }),
        Some(member) if member.is_banned(now) => Err(Error::Banned),
        _ => Err(Error::Busy),
    }
}
