//! `GET /room/{room_id}/read`: how far the members of a room are.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::{RoomId, UserId};
use parlour_protocol::view::{PageView, ReadPositionView};
use serde_json::Value;

use crate::room::{authorise, number};
use crate::{Error, Parlour};

/// A page of the members' read and delivered positions, by user id: one query.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    after: Option<UserId>,
    limit: usize,
) -> Result<PageView<ReadPositionView>, Error> {
    let number = number(actor, room)?;
    let (allowed, page) = tokio::join!(
        authorise(parlour, actor, Operation::ListReads, number, None),
        parlour.store.list_members(actor.app(), number, after, limit),
    );
    allowed?;
    let page = page?;
    Ok(PageView {
        items: page.members.iter().map(ReadPositionView::from).collect(),
        next: page.next.map(|user| Value::from(user.to_string())),
    })
}
