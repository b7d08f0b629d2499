//! The rooms of a connection in the order in which it joined them, for protocols whose events do not name a room: there the first one
//! that was joined and not left is meant.

use parlour_domain::{Moment, RoomId, RoomNumber, Timestamp};
use parlour_protocol::view::JoinedView;

use crate::join_room::join_in_order;
use crate::room::number;
use crate::{Error, Parlour, Session};

/// The room that the connection joined first, of those that it has not left; `None`: there is none. One read, or two where it has
/// joined several. Whether its user is still a member is decided by whatever is done there.
///
/// # Errors
/// [`Error::UnknownConnection`], [`Error::Store`].
pub async fn first(parlour: &Parlour, session: &Session, now: Timestamp) -> Result<Option<RoomId>, Error> {
    let rooms = listed(parlour, session, now).await?;
    let first = match rooms.as_slice() {
        [] => None,
        [only] => Some(*only),
        several => in_order(parlour, session, several, now)
            .await?
            .first()
            .map(|(_, room)| *room),
    };
    Ok(first.map(|room| RoomId::new(&session.app, room)))
}

/// Joins a room after those that the connection has joined already. `None`: it is one of them.
///
/// # Errors
/// As `join_room`.
pub async fn join_next(
    parlour: &Parlour,
    moment: &Moment,
    session: &Session,
    room: RoomId,
) -> Result<Option<JoinedView>, Error> {
    let number = number(&session.actor(), room)?;
    let rooms = listed(parlour, session, moment.now).await?;
    let rooms = in_order(parlour, session, &rooms, moment.now).await?;
    if rooms.iter().any(|(_, joined)| *joined == number) {
        return Ok(None);
    }
    let place = rooms.last().map_or(0, |(place, _)| place + 1);
    join_in_order(parlour, moment, session, room, place).await.map(Some)
}

async fn listed(parlour: &Parlour, session: &Session, now: Timestamp) -> Result<Vec<RoomNumber>, Error> {
    let row = parlour
        .store
        .connection(&session.app, session.user, &session.connection, now)
        .await?;
    Ok(row.ok_or(Error::UnknownConnection)?.rooms().collect())
}

/// What the row lists may have ended: a removal ends the subscription alone.
async fn in_order(
    parlour: &Parlour,
    session: &Session,
    rooms: &[RoomNumber],
    now: Timestamp,
) -> Result<Vec<(u64, RoomNumber)>, Error> {
    if rooms.is_empty() {
        return Ok(Vec::new());
    }
    let of = (session.user, &session.connection);
    Ok(parlour.store.in_order(&session.app, of, rooms, now).await?)
}
