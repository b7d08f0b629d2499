//! Everything in a room read, for protocols that do not say up to where.

use parlour_domain::access::Actor;
use parlour_domain::{ConnectionId, RoomId, Timestamp};
use parlour_protocol::view::ReadView;

use crate::mark_read::mark_read;
use crate::room::number;
use crate::{Error, Parlour};

/// Marks everything up to now as read: one read more than [`mark_read`].
///
/// # Errors
/// As [`mark_read`].
pub async fn read_all(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    from: Option<&ConnectionId>,
    now: Timestamp,
) -> Result<ReadView, Error> {
    let head = parlour.store.head(actor.app(), number(actor, room)?, true).await?;
    let head = head.ok_or(Error::NotFound)?;
    mark_read(parlour, actor, room, head.seq, from, now).await
}

/// The same in a room in which somebody has said something; `None`: in this one nobody has.
///
/// # Errors
/// As [`mark_read`].
pub async fn read_what_was_said(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    from: Option<&ConnectionId>,
    now: Timestamp,
) -> Result<Option<ReadView>, Error> {
    let head = parlour.store.head(actor.app(), number(actor, room)?, true).await?;
    let head = head.ok_or(Error::NotFound)?;
    if head.msg_no == 0 {
        return Ok(None);
    }
    mark_read(parlour, actor, room, head.seq, from, now).await.map(Some)
}
