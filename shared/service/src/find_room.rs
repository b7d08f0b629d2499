//! `POST /room/find`: the rooms that have exactly these members.
//!
//! There is no index by members. The rooms of one of them are looked through: their rows tell those of as many members, and the
//! members' rows which have these ones. Both are read many at once, a moment behind; what is answered is read again, consistently.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::member::Member;
use parlour_domain::room::Room;
use parlour_domain::{AppId, RoomNumber, UserId, limits};
use parlour_protocol::view::{FoundRoomsView, RoomView};
use parlour_store::StoreError;

use crate::create_room::members;
use crate::push::BoxFuture;
use crate::{Error, PageSize, Parlour};

/// Reads under way at once.
const PARALLEL: usize = 8;
/// Rows of one read.
const ROWS: usize = 100;

/// Finds the rooms of exactly these members, by number: for a user among their own rooms, for the backend among those of the
/// first one named; among the first [`limits::ROOMS_SEARCHED`] of them in the order of joining. Of more rooms than the page holds the
/// first.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`] (too many members), [`Error::Store`].
pub async fn find_rooms(
    parlour: &Parlour,
    actor: &Actor,
    named: &[UserId],
    size: PageSize,
) -> Result<FoundRoomsView, Error> {
    on_app(actor, Operation::FindRoom, None)?;
    let (app, members) = (actor.app(), members(actor, named)?);
    let Some(of) = actor.user().or_else(|| members.first().copied()) else {
        return Ok(view(Vec::new(), false));
    };
    // One more than are searched tells whether there are more.
    let asked = limits::ROOMS_SEARCHED + 1;
    let (mut rooms, _) = parlour.store.rooms_of(app, of, None, asked).await?;
    let mut more = rooms.len() > limits::ROOMS_SEARCHED;
    rooms.truncate(limits::ROOMS_SEARCHED);
    let mut likely = of_as_many(parlour, app, &rooms, &members).await?;
    let most = limits::MEMBERS_SEARCHED / members.len().max(1);
    more |= likely.len() > most;
    likely.truncate(most);
    let mut found = with_all(parlour, app, &likely, &members).await?;
    more |= found.len() > size.items;
    found.truncate(size.items);
    let mut now = parlour.store.rooms_and_members(app, of, &found, true).await?;
    let still = |(room, member): &(Room, Member)| !room.deleted && member.is_active() && fits(room, &members);
    let rooms = found.iter().filter_map(|room| now.remove(room).filter(still));
    let rooms: Vec<RoomView> = rooms.map(|(room, _)| RoomView::new(app, &room)).collect();
    let all = rooms.len();
    let rooms = size.cut(rooms, |room| room);
    more |= rooms.len() < all;
    Ok(view(rooms, more))
}

const fn view(items: Vec<RoomView>, more: bool) -> FoundRoomsView {
    FoundRoomsView {
        items,
        next: None,
        more,
    }
}

/// Whether these can be all the members of a room, as far as its row tells.
fn fits(room: &Room, members: &[UserId]) -> bool {
    let pair = room
        .pair
        .is_none_or(|pair| pair.iter().all(|user| members.contains(user)));
    pair && room.member_count == members.len() as u64
}

/// Those of these rooms that have as many members, by number.
async fn of_as_many(
    parlour: &Parlour,
    app: &AppId,
    rooms: &[RoomNumber],
    members: &[UserId],
) -> Result<Vec<RoomNumber>, StoreError> {
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::new();
    for chunk in rooms.chunks(ROWS) {
        reads.push(Box::pin(parlour.store.rooms_by_number(app, chunk)));
    }
    let rows: Vec<_> = stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
    let as_many = rows.into_iter().flatten().map(|(_, room)| room);
    let likely: BTreeSet<RoomNumber> = as_many
        .filter(|room| !room.deleted && fits(room, members))
        .map(|room| room.number)
        .collect();
    Ok(likely.into_iter().collect())
}

/// Those of these rooms in which all of them are, by number.
async fn with_all(
    parlour: &Parlour,
    app: &AppId,
    rooms: &[RoomNumber],
    members: &[UserId],
) -> Result<Vec<RoomNumber>, StoreError> {
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::new();
    for chunk in rooms.chunks((ROWS / members.len().max(1)).max(1)) {
        reads.push(Box::pin(parlour.store.rooms_with_members(app, chunk, members)));
    }
    let found: Vec<Vec<RoomNumber>> = stream::iter(reads).buffered(PARALLEL).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}
