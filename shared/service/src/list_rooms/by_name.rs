//! The rooms of an app by name, all of them for its backend, the public ones for its users too: two round trips, half a read unit for
//! each room and what the index takes.

use parlour_domain::AppId;
use parlour_domain::access::Actor;
use parlour_domain::room::Room;
use parlour_domain::text::NamePrefix;
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{AppRoomListView, ByName, PageView, RoomView};
use parlour_store::RoomCursor;

use super::RoomFilter;
use crate::{Error, PageSize, Parlour};

/// Lists the rooms that the filter leaves.
pub(super) async fn by_name(
    parlour: &Parlour,
    app: &AppId,
    filter: &RoomFilter,
    after: Option<&str>,
    limit: usize,
) -> Result<AppRoomListView, Error> {
    let prefix = filter.name_prefix.as_ref();
    let after = cursor(after, prefix)?;
    let page = parlour.store.list_rooms(app, prefix, after.as_ref(), limit).await?;
    let meant = |room: &&Room| filter.kind.is_none_or(|kind| room.kind == kind);
    Ok(AppRoomListView {
        items: page
            .rooms
            .iter()
            .filter(meant)
            .map(|room| RoomView::new(app, room))
            .collect(),
        next: page.next.map(|next| next.to_string()),
        sorted_by: ByName::Name,
    })
}

/// Lists the public rooms whose names begin with `prefix`.
pub(super) async fn public(
    parlour: &Parlour,
    actor: &Actor,
    prefix: Option<&NamePrefix>,
    after: Option<&str>,
    size: PageSize,
) -> Result<PageView<RoomView>, Error> {
    let (app, after) = (actor.app(), cursor(after, prefix)?);
    let page = parlour
        .store
        .list_public_rooms(app, prefix, after.as_ref(), size.items)
        .await?;
    let view = |room| match actor.user() {
        Some(_) => RoomView::for_strangers(app, room),
        None => RoomView::new(app, room),
    };
    let places = page.places.iter().map(ToString::to_string);
    let placed = places.zip(page.rooms.iter().map(view));
    Ok(size.page(placed.collect(), page.next.map(|next| next.to_string())))
}

fn cursor(after: Option<&str>, prefix: Option<&NamePrefix>) -> Result<Option<RoomCursor>, InvalidInput> {
    let wrong = || InvalidInput::new("after", "must be the next of the page before, with its name_prefix");
    after
        .map(|after| RoomCursor::parse(after, prefix).ok_or_else(wrong))
        .transpose()
}
