//! `GET /room/{room_id}/roster` and `roster`: who is connected to a room.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::{RoomId, Timestamp, UserId};
use parlour_protocol::view::{PageView, RosterView};

use crate::room::{authorise, number};
use crate::{Error, PageSize, Parlour};

/// A page of the users who are connected to the room now, each once however many connections they have. One query and the users'
/// rows; a page may be short.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn roster(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    (after, size): (Option<UserId>, PageSize),
    now: Timestamp,
) -> Result<PageView<RosterView>, Error> {
    let number = number(actor, room)?;
    let (allowed, page) = tokio::join!(
        authorise(parlour, actor, Operation::ListRoster, number, None),
        parlour.store.roster(actor.app(), number, after, size.items, now),
    );
    allowed?;
    let page = page?;
    let users = parlour.store.users_by_id(actor.app(), &page.users).await?;
    let placed = page
        .users
        .iter()
        .map(|user| (user.to_string(), RosterView::new(*user, users.get(user))));
    Ok(size.page(placed.collect(), page.next.map(|user| user.to_string())))
}
