//! Actions that get and list rooms: what REST does, by the same use-cases. A page ends where the frame does.

use parlour_domain::limits;
use parlour_domain::room::RoomKind;
use parlour_protocol::frame::{self, FindRooms, GetRoom, ListPublicRooms, ListRooms, Unread};
use parlour_protocol::request::{name_prefix, page_limit, room_id};
use parlour_protocol::view::PublicRoomsView;
use parlour_service::list_rooms::{self as lists, RoomFilter};
use parlour_service::{PageSize, find_room, room as rooms, unread as counts};

use super::Asked;
use super::native::Answered;

pub(super) async fn get(asked: Asked<'_>) -> Answered {
    let frame: GetRoom = frame::read(asked.text)?;
    let (actor, room) = (asked.event.session.actor(), room_id(&frame.room_id)?);
    asked.ack(rooms::get(asked.parlour, &actor, room).await)
}

pub(super) async fn own(asked: Asked<'_>) -> Answered {
    let frame: ListRooms = frame::read(asked.text)?;
    let filter = RoomFilter {
        name_prefix: frame.name_prefix.as_deref().map(name_prefix).transpose()?,
        kind: frame.kind.map(RoomKind::from),
        unread: frame.unread.unwrap_or_default(),
        online_at: frame.online.unwrap_or_default().then_some(asked.moment.now),
    };
    let (actor, after) = (asked.event.session.actor(), frame.after.as_deref());
    let size = PageSize::in_frame(page_limit(frame.limit)?);
    asked.ack(lists::list_rooms(asked.parlour, &actor, &filter, after, size).await)
}

pub(super) async fn public(asked: Asked<'_>) -> Answered {
    let frame: ListPublicRooms = frame::read(asked.text)?;
    let prefix = frame.name_prefix.as_deref().map(name_prefix).transpose()?;
    let (actor, after) = (asked.event.session.actor(), frame.after.as_deref());
    let size = PageSize::in_frame(page_limit(frame.limit)?);
    let page = lists::list_public_rooms(asked.parlour, &actor, prefix.as_ref(), after, size).await;
    asked.ack(page.map(PublicRoomsView::new))
}

pub(super) async fn find(asked: Asked<'_>) -> Answered {
    let members = frame::read::<FindRooms>(asked.text)?.find().check()?;
    let (actor, size) = (asked.event.session.actor(), PageSize::in_frame(limits::ROOMS_FOUND));
    asked.ack(find_room::find_rooms(asked.parlour, &actor, &members, size).await)
}

pub(super) async fn unread(asked: Asked<'_>) -> Answered {
    let frame: Unread = frame::read(asked.text)?;
    let (actor, size) = (asked.event.session.actor(), PageSize::in_frame(limits::ROOMS_SORTED));
    asked.ack(counts::of_user(asked.parlour, &actor, frame.after.as_deref(), size).await)
}
