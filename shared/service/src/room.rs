//! What operations in a room have in common: finding the room, and the rows that decide.

use parlour_domain::access::{Actor, Operation, in_room};
use parlour_domain::member::Member;
use parlour_domain::room::Room;
use parlour_domain::{RoomId, RoomKey, RoomNumber, UserId};
use parlour_protocol::view::RoomView;
use parlour_store::StoreError;

use crate::{Error, Parlour};

/// The number of the room with this id. An id of another app is "not found", like a room that does not exist.
///
/// # Errors
/// [`Error::NotFound`].
pub fn number(actor: &Actor, room: RoomId) -> Result<RoomNumber, Error> {
    room.number(actor.app()).map_err(|_| Error::NotFound)
}

/// The actor's own row in a room, if the actor is a user.
pub(crate) async fn own_row(parlour: &Parlour, actor: &Actor, room: RoomNumber) -> Result<Option<Member>, StoreError> {
    match actor.user() {
        Some(user) => parlour.store.member(actor.app(), room, user).await,
        None => Ok(None),
    }
}

/// Reads room and own row at once and decides.
pub(crate) async fn authorise(
    parlour: &Parlour,
    actor: &Actor,
    operation: Operation,
    room: RoomNumber,
    about: Option<UserId>,
) -> Result<(Room, Option<Member>), Error> {
    let (row, member) = tokio::join!(parlour.store.room(actor.app(), room), own_row(parlour, actor, room));
    decide(actor, operation, row?, member?, about)
}

/// Decides from rows that were read.
pub(crate) fn decide(
    actor: &Actor,
    operation: Operation,
    room: Option<Room>,
    member: Option<Member>,
    about: Option<UserId>,
) -> Result<(Room, Option<Member>), Error> {
    in_room(actor, operation, room.as_ref(), member.as_ref(), about)?;
    room.map(|room| (room, member)).ok_or(Error::NotFound)
}

/// `GET /room/{room_id}`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn get(parlour: &Parlour, actor: &Actor, room: RoomId) -> Result<RoomView, Error> {
    let number = number(actor, room)?;
    let (room, _) = authorise(parlour, actor, Operation::GetRoom, number, None).await?;
    Ok(RoomView::new(actor.app(), &room))
}

/// `GET /room/by-key?key`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn by_key(parlour: &Parlour, actor: &Actor, key: &RoomKey) -> Result<RoomView, Error> {
    let keyed = parlour.store.room_by_key(actor.app(), key).await?;
    let number = keyed.ok_or(Error::NotFound)?.room;
    let (room, _) = authorise(parlour, actor, Operation::GetRoom, number, None).await?;
    Ok(RoomView::new(actor.app(), &room))
}
