//! Actions that list members, their positions, bans and invites: what REST does, by the same use-cases. A page ends where the frame
//! does.

use parlour_protocol::frame::{self, ListMembers, OwnPage, PageOfRoom};
use parlour_protocol::request::{after_user, online_only, page_limit, room_id};
use parlour_protocol::view::{InvitesView, RoomBansView, RoomInvitesView, RoomMembersView, RoomPositionsView};
use parlour_service::{PageSize, ban as bans, invite as invites, list_members, read_positions};

use super::Asked;
use super::native::Answered;

pub(super) async fn members(asked: Asked<'_>) -> Answered {
    let frame: ListMembers = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let online = online_only(frame.filter.as_deref())?.then_some(asked.moment.now);
    let page = (
        after_user(frame.after.as_deref())?,
        PageSize::in_frame(page_limit(frame.limit)?),
    );
    let page = list_members::list_members(asked.parlour, &actor, room, page, online).await;
    asked.ack(page.map(|page| RoomMembersView::new(frame.room_id, page)))
}

pub(super) async fn positions(asked: Asked<'_>) -> Answered {
    let frame: PageOfRoom = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let (after, limit) = (after_user(frame.after.as_deref())?, page_limit(frame.limit)?);
    let page = read_positions::list(asked.parlour, &actor, room, after, limit).await;
    asked.ack(page.map(|page| RoomPositionsView::new(frame.room_id, page)))
}

pub(super) async fn banned(asked: Asked<'_>) -> Answered {
    let frame: PageOfRoom = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let page = (after_user(frame.after.as_deref())?, page_limit(frame.limit)?);
    let page = bans::list_bans(asked.parlour, &actor, room, page, asked.moment.now).await;
    asked.ack(page.map(|page| RoomBansView::new(frame.room_id, page)))
}

pub(super) async fn invited(asked: Asked<'_>) -> Answered {
    let frame: PageOfRoom = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    let page = (
        after_user(frame.after.as_deref())?,
        PageSize::in_frame(page_limit(frame.limit)?),
    );
    let page = invites::list(asked.parlour, &actor, room, page, asked.moment.now).await;
    asked.ack(page.map(|page| RoomInvitesView::new(frame.room_id, page)))
}

pub(super) async fn own_invites(asked: Asked<'_>) -> Answered {
    let frame: OwnPage = frame::read(asked.text)?;
    let (actor, after) = (asked.event.session.actor(), frame.after.as_deref());
    let size = PageSize::in_frame(page_limit(frame.limit)?);
    let page = invites::list_own(asked.parlour, &actor, after, size, asked.moment.now).await;
    asked.ack(page.map(InvitesView::new))
}
