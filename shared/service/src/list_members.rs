//! `GET /room/{room_id}/member`.

use parlour_domain::access::{Actor, Operation};
use parlour_domain::{RoomId, Timestamp, UserId};
use parlour_protocol::view::{MemberView, PageView};

use crate::room::{authorise, number};
use crate::{Error, PageSize, Parlour, presence};

/// A page of the room's members, by user id; only those who are online then, if a time is given: of the members of a page that are
/// looked at, at once.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn list_members(
    parlour: &Parlour,
    actor: &Actor,
    room: RoomId,
    (after, size): (Option<UserId>, PageSize),
    online_at: Option<Timestamp>,
) -> Result<PageView<MemberView>, Error> {
    let number = number(actor, room)?;
    authorise(parlour, actor, Operation::ListMembers, number, None).await?;
    let mut page = parlour
        .store
        .list_members(actor.app(), number, after, size.items)
        .await?;
    if let Some(now) = online_at {
        let users: Vec<UserId> = page.members.iter().map(|member| member.user).collect();
        let presences = presence::of(parlour, actor.app(), &users, now, false).await?;
        let online = |user: &UserId| presences.get(user).is_some_and(|presence| presence.online);
        page.members.retain(|member| online(&member.user));
    }
    let ids: Vec<UserId> = page.members.iter().map(|member| member.user).collect();
    let users = parlour.store.users_by_id(actor.app(), &ids).await?;
    let placed = page.members.iter().map(|member| {
        let view = MemberView::new(actor.app(), number, member, users.get(&member.user));
        (member.user.to_string(), view)
    });
    Ok(size.page(placed.collect(), page.next.map(|user| user.to_string())))
}
