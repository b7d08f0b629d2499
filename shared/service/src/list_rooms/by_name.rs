//! The rooms of an app by name, for its backend: two round trips, half a read unit for each room and what the index takes.

use parlour_domain::AppId;
use parlour_domain::room::Room;
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{AppRoomListView, ByName, RoomView};
use parlour_store::RoomCursor;

use super::RoomFilter;
use crate::{Error, Parlour};

/// Lists the rooms that the filter leaves.
pub(super) async fn by_name(
    parlour: &Parlour,
    app: &AppId,
    filter: &RoomFilter,
    after: Option<&str>,
    limit: usize,
) -> Result<AppRoomListView, Error> {
    let prefix = filter.name_prefix.as_ref();
    let cursor = |after| {
        RoomCursor::parse(after, prefix)
            .ok_or_else(|| InvalidInput::new("after", "must be the next of the page before, with its name_prefix"))
    };
    let after = after.map(cursor).transpose()?;
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
