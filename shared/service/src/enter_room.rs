//! Rooms as the protocols of other services open them: by an id of theirs or of ours, and where opening is joining.

use parlour_domain::access::Actor;
use parlour_domain::member::Member;
use parlour_domain::{Moment, RoomId, RoomKey};

use crate::add_member::join_public_room;
use crate::room::{number, own_row};
use crate::{Error, Parlour};

/// The room that a client of another service names: by its id, or by the key that its own system gave it. Whether the caller may know
/// of it is decided by whatever is done there. One read for a key, none for an id.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn named(parlour: &Parlour, actor: &Actor, name: &str) -> Result<RoomId, Error> {
    let app = actor.app();
    if let Ok(room) = RoomId::parse(name)
        && room.number(app).is_ok()
    {
        return Ok(room);
    }
    let key = RoomKey::parse(name).map_err(|_| Error::NotFound)?;
    let keyed = parlour.store.room_by_key(app, &key).await?.ok_or(Error::NotFound)?;
    Ok(RoomId::new(app, keyed.room))
}

/// Lets a user into a room: members as they are, others if it is public.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`] (archived), [`Error::Banned`], [`Error::RoomFull`], [`Error::Busy`], [`Error::Store`].
pub async fn enter_room(parlour: &Parlour, moment: &mut Moment, actor: &Actor, room: RoomId) -> Result<(), Error> {
    let number = number(actor, room)?;
    let member = own_row(parlour, actor, number).await?;
    if member.as_ref().is_some_and(Member::is_active) {
        return Ok(());
    }
    join_public_room(parlour, moment, actor, room, None).await.map(|_| ())
}
