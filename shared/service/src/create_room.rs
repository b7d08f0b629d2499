//! `POST /room` and `create_room`: a group, or the one direct room of two users.

use parlour_domain::access::{Actor, Denied, Operation, on_app};
use parlour_domain::log::{Body, Draft};
use parlour_domain::member::Role;
use parlour_domain::room::{Room, RoomKind, RoomSettings};
use parlour_domain::{Moment, RoomNumber, UserId, limits};
use parlour_protocol::InvalidInput;
use parlour_protocol::request::NewRoom;
use parlour_protocol::view::{AddedView, RoomView};
use parlour_store::{Created, Keyed, members_hash};

use crate::idempotency::{Done, Key, claim, replay, replayed};
use crate::{Error, Parlour, deliver, live};

/// Makes a room. A user who makes one is a member and, in a group, its owner. `replayed` is also set where a direct room of
/// the two was there already, or the room with the key.
///
/// # Errors
/// [`Error::Invalid`] (unknown members, a direct room not of two), [`Error::Denied`] (one of the two has blocked the other),
/// [`Error::RoomKeyTaken`], [`Error::ClientIdConflict`], [`Error::Busy`], [`Error::Store`].
pub async fn create_room(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    new: NewRoom,
    idempotency: Option<&Key>,
) -> Result<Done<RoomView>, Error> {
    if new.key.is_some() && actor.user().is_some() {
        return Err(InvalidInput::new("key", "is for the backend").into());
    }
    create(parlour, moment, actor, new, idempotency).await
}

/// [`create_room`], also with a key that a user's client gives the room: in the protocol of another service.
pub(crate) async fn create(
    parlour: &Parlour,
    moment: &mut Moment,
    actor: &Actor,
    new: NewRoom,
    idempotency: Option<&Key>,
) -> Result<Done<RoomView>, Error> {
    on_app(actor, Operation::CreateRoom, None)?;
    let members = members(actor, &new.members)?;
    let pair = pair(&new, &members)?;
    let app = actor.app();
    let (known, existing) = tokio::join!(parlour.store.users_by_id(app, &members), async {
        match pair {
            Some([one, other]) => parlour.store.direct_room(app, one, other).await,
            None => Ok(None),
        }
    });
    if known?.len() < members.len() {
        return Err(InvalidInput::new("members", "must be users of this app").into());
    }
    if new.kind == RoomKind::Direct && actor.user().is_some() && new.settings != RoomSettings::default() {
        // Nobody owns a direct room: one of the two would decide for both, and nobody but the backend could take it back.
        return Err(InvalidInput::new("kind", "must be group where a user makes a room with settings").into());
    }
    if let Some(key) = &new.key
        && let Some(keyed) = parlour.store.room_by_key(app, key).await?
    {
        replay::<RoomView>(parlour, actor, idempotency, moment.now).await?;
        return keyed_room(parlour, actor, &keyed, &members).await;
    }
    if let Some(number) = existing? {
        // Also where there is nothing to do, a key goes with one body only.
        replay::<RoomView>(parlour, actor, idempotency, moment.now).await?;
        return existing_room(parlour, actor, number).await;
    }
    let number = parlour
        .store
        .next_room_number(app)
        .await?
        .ok_or(Error::Unauthenticated)?;
    let room = Room {
        name: new.name.clone(),
        public: new.public,
        history: new.history,
        custom: new.custom,
        settings: new.settings,
        member_count: members.len() as u64,
        created_by: actor.user(),
        key: new.key,
        pair,
        ..Room::new(number, new.kind, moment.now)
    };
    let body = Body::RoomCreated {
        kind: new.kind,
        name: new.name,
        members: members.clone(),
    };
    let draft = Draft::new(moment, actor.user(), None, body);
    let with_roles: Vec<_> = members
        .iter()
        .map(|user| (*user, role(actor, new.kind, *user)))
        .collect();
    let view = RoomView::new(app, &room);
    let claim = claim(actor, idempotency, &view, moment.now);
    let new = parlour_store::NewRoom {
        app,
        room: &room,
        members: &with_roles,
        draft: &draft,
        now: moment.now,
    };
    match parlour.store.create_room(new, claim.as_ref()).await? {
        Created::Done => {
            deliver::nudge(parlour, app, number, moment.now).await;
            let added = AddedView::new(app, &room, actor.user());
            live::tell_users(parlour, app, &members, (live::ADDED_TO_ROOM, &added)).await;
            Ok(Done::now(view))
        }
        Created::Replayed(reply) => replayed(&reply),
        Created::Reused => Err(Error::ClientIdConflict),
        Created::Existing(number) => existing_room(parlour, actor, number).await,
        Created::Keyed(keyed) => keyed_room(parlour, actor, &keyed, &members).await,
        Created::Blocked => Err(Error::Denied(Denied::Blocked)),
        Created::Busy => Err(Error::Busy),
    }
}

/// Those named, and the user who asks.
pub(crate) fn members(actor: &Actor, named: &[UserId]) -> Result<Vec<UserId>, Error> {
    let mut members = named.to_vec();
    if let Some(user) = actor.user()
        && !members.contains(&user)
    {
        members.push(user);
    }
    if members.len() > limits::MEMBERS_AT_CREATION {
        let reason = format!("must not be more than {} with yourself", limits::MEMBERS_AT_CREATION);
        return Err(InvalidInput::new("members", reason).into());
    }
    Ok(members)
}

fn pair(new: &NewRoom, members: &[UserId]) -> Result<Option<[UserId; 2]>, Error> {
    match (new.kind, members) {
        (RoomKind::Group, _) => Ok(None),
        (RoomKind::Direct, [one, other]) => Ok(Some([*one, *other])),
        (RoomKind::Direct, _) => Err(InvalidInput::new("members", "of a direct room must be two users").into()),
    }
}

fn role(actor: &Actor, kind: RoomKind, user: UserId) -> Role {
    if kind == RoomKind::Group && actor.user() == Some(user) {
        Role::Owner
    } else {
        Role::Member
    }
}

/// The room that has the key, for who makes it again with the same members.
async fn keyed_room(
    parlour: &Parlour,
    actor: &Actor,
    keyed: &Keyed,
    members: &[UserId],
) -> Result<Done<RoomView>, Error> {
    if keyed.members != members_hash(members.iter().copied()) {
        return Err(Error::RoomKeyTaken);
    }
    existing_room(parlour, actor, keyed.room).await
}

async fn existing_room(parlour: &Parlour, actor: &Actor, number: RoomNumber) -> Result<Done<RoomView>, Error> {
    let room = parlour
        .store
        .room(actor.app(), number)
        .await?
        .filter(|room| !room.deleted)
        .ok_or(Error::Busy)?;
    Ok(Done {
        value: RoomView::new(actor.app(), &room),
        replayed: true,
    })
}
