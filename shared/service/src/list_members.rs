//! `GET /room/{room_id}/member`.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::{RoomId, UserId};
use parlour_protocol::view::{MemberView, PageView};
use serde_json::Value;

use crate::room::{authorise, number};
use crate::{Error, Parlour};

/// A page of the room's members, by user id.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn list_members(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    after: Option<UserId>,
    limit: usize,
) -> Result<PageView<MemberView>, Error> {
    let number = number(actor, room)?;
    authorise(parlour, actor, Operation::ListMembers, number, None).await?;
    let page = parlour.store.list_members(actor.app(), number, after, limit).await?;
    let ids: Vec<UserId> = page.members.iter().map(|member| member.user).collect();
    let users = parlour.store.users_by_id(actor.app(), &ids).await?;
    let view = |member| MemberView::new(actor.app(), number, member, users.get(&member.user));
    Ok(PageView {
        items: page.members.iter().map(view).collect(),
        next: page.next.map(|user| Value::from(user.to_string())),
    })
}
