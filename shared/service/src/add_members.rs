//! `POST /room/{room_id}/members` and `add_members`: up to 90 users become members at once, told by one entry.

use parlour_domain::access::{Actor, Denied, Operation};
use parlour_domain::log::{Body, Draft};
use parlour_domain::member::{Member, Role, Standing};
use parlour_domain::room::{Room, RoomKind};
use parlour_domain::{Moment, RoomId, Timestamp, UserId, limits};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{AddedView, EntryView, MembersAddedView};
use parlour_store::{AppendRefusal, Appended};

use crate::fan_out::tell_entry;
use crate::idempotency::{Done, Key, claim, replay, replayed};
use crate::message::{TRIES, step_back};
use crate::room::{authorise, number};
use crate::{Error, Parlour, live, remove_member};

/// What becomes of whom.
#[derive(Debug, Default)]
struct Sorted {
    new: Vec<UserId>,
    already: Vec<UserId>,
    banned: Vec<UserId>,
    leaving: Vec<UserId>,
}

/// Adds those of these users who are no members yet and are not banned: all of them or none. Who is a member already stays as
/// they are, so a repeat changes nothing.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`] (also where the room is archived), [`Error::Invalid`] (unknown users), [`Error::DirectRoom`], [`Error::RoomFull`],
/// [`Error::Busy`], [`Error::ClientIdConflict`], [`Error::Store`].
pub async fn add_members(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    room: RoomId,
    users: &[UserId],
    key: Option<&Key>,
) -> Result<Done<MembersAddedView>, Error> {
    let (app, number) = (actor.app(), number(actor, room)?);
    if let Some(done) = replay(parlour, actor, key, moment.now).await? {
        return Ok(done);
    }
    for tried in 0..TRIES {
        step_back(moment, tried).await;
        let (room, known, rows) = tokio::join!(
            authorise(parlour, actor, Operation::AddMember, number, None),
            parlour.store.users_by_id(app, users),
            parlour.store.member_rows(app, number, users),
        );
        let (room, _) = room?;
        if room.kind == RoomKind::Direct {
            return Err(Error::DirectRoom);
        }
        if known?.len() < users.len() {
            return Err(InvalidInput::new("user_ids", "must be users of this app").into());
        }
        let sorted = sort(users, &rows?, moment.now);
        for user in &sorted.leaving {
            remove_member::finish(parlour, app, number, *user, moment.now).await?;
        }
        if !sorted.leaving.is_empty() {
            continue;
        }
        if let Some(done) = write(parlour, moment, actor, (&room, sorted), key).await? {
            return Ok(done);
        }
    }
    Err(Error::Busy)
}

fn sort(users: &[UserId], rows: &[Member], now: Timestamp) -> Sorted {
    let mut sorted = Sorted::default();
    for user in users.iter().copied() {
        let row = rows.iter().find(|row| row.user == user);
        let place = match row.map(|row| (row.standing, row.is_banned(now))) {
            Some((Standing::Active, _)) => &mut sorted.already,
            Some((Standing::Leaving, _)) => &mut sorted.leaving,
            Some((Standing::Banned, true)) => &mut sorted.banned,
            Some((Standing::Banned, false)) | None => &mut sorted.new,
        };
        place.push(user);
    }
    sorted
}

/// `None`: one of them came, went or was banned meanwhile; look again.
async fn write(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    (room, sorted): (&Room, Sorted),
    key: Option<&Key>,
) -> Result<Option<Done<MembersAddedView>>, Error> {
    let (app, now) = (actor.app(), moment.now);
    let view = MembersAddedView::new(app, room.number, (&sorted.new, &sorted.already, &sorted.banned));
    if sorted.new.is_empty() {
        return Ok(Some(Done::now(view)));
    }
    if room.archived {
        return Err(Error::Denied(Denied::Archived));
    }
    if room.member_count.saturating_add(sorted.new.len() as u64) > limits::MEMBERS {
        return Err(Error::RoomFull);
    }
    let new: Vec<_> = sorted.new.iter().map(|user| (*user, Role::Member)).collect();
    let body = Body::MembersAdded { members: sorted.new };
    let draft = Draft::new(moment, actor.user(), None, body);
    let claim = claim(actor, key, &view, now);
    match parlour
        .store
        .add_members(app, room.number, &new, &draft, claim.as_ref(), now)
        .await
    {
        Ok(Appended::New(entry) | Appended::Duplicate(entry)) => {
            let told = EntryView::new(app, room.number, &entry, None);
            tell_entry(parlour, app, room.number, &told, None, now).await;
            let users: Vec<UserId> = new.iter().map(|(user, _)| *user).collect();
            let added = AddedView::new(app, room, actor.user());
            live::tell_users(parlour, app, &users, (live::ADDED_TO_ROOM, &added)).await;
            Ok(Some(Done::now(view)))
        }
        Ok(Appended::Replayed(reply)) => replayed(&reply).map(Some),
        Err(AppendRefusal::Condition) => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}
