//! Public rooms as the clients of other services ask for them: by number, by a part of their names, by who made them, and one of them
//! before joining it.

use std::collections::HashMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::member::Member;
use parlour_domain::room::{Room, RoomKind};
use parlour_domain::text::{DisplayName, NamePrefix};
use parlour_domain::{AppId, RoomId, RoomNumber, UserId, limits};
use parlour_protocol::view::RoomView;
use parlour_store::{RoomCursor, StoreError};

use crate::push::BoxFuture;
use crate::room::{decide, number, own_row};
use crate::{Error, Parlour};

/// Rooms of one read.
const ROOMS_PER_READ: usize = 100;
/// Reads of a list.
const READS: usize = limits::ROOMS_SORTED / ROOMS_PER_READ;
/// Reads under way at once.
const PARALLEL: usize = 8;

/// Lists public rooms by name, without those that are archived, of the first [`limits::ROOMS_SORTED`]: `skip` of them are left out, and
/// `count` come at most. With a `part`, those whose names begin with it, then those that have it elsewhere in them, regardless of case.
/// The list is a moment behind.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn list(
    parlour: &Parlour,
    actor: &Actor,
    part: Option<&NamePrefix>,
    (skip, count): (usize, usize),
) -> Result<Vec<RoomView>, Error> {
    on_app(actor, Operation::ListPublicRooms, None)?;
    let app = actor.app();
    let wanted = skip.saturating_add(count).min(limits::ROOMS_SORTED);
    let mut rooms = first(parlour, app, part, wanted).await?;
    if let Some(part) = part.map(NamePrefix::folded)
        && rooms.len() < wanted
    {
        let within = |room: &Room| {
            let name = room.name.as_ref().map(DisplayName::folded).unwrap_or_default();
            name.contains(&part) && !name.starts_with(&part)
        };
        let all = first(parlour, app, None, limits::ROOMS_SORTED).await?;
        rooms.extend(all.into_iter().filter(within));
    }
    let page = rooms.iter().skip(skip).take(count);
    Ok(page.map(|room| RoomView::for_strangers(app, room)).collect())
}

async fn first(
    parlour: &Parlour,
    app: &AppId,
    prefix: Option<&NamePrefix>,
    most: usize,
) -> Result<Vec<Room>, StoreError> {
    let (mut rooms, mut after): (Vec<Room>, Option<RoomCursor>) = (Vec::new(), None);
    for _ in 0..READS {
        let page = parlour
            .store
            .list_public_rooms(app, prefix, after.as_ref(), ROOMS_PER_READ);
        let page = page.await?;
        rooms.extend(page.rooms);
        after = page.next;
        if rooms.len() >= most || after.is_none() {
            break;
        }
    }
    rooms.truncate(most);
    Ok(rooms)
}

/// One room, of which the actor is a member or which any user may join. Two reads at once.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn get(parlour: &Parlour, actor: &Actor, room: RoomId) -> Result<RoomView, Error> {
    let number = number(actor, room)?;
    let app = actor.app();
    let (row, member) = tokio::join!(parlour.store.room(app, number), own_row(parlour, actor, number));
    let (row, member) = (row?, member?);
    let is_member = member.as_ref().is_some_and(Member::is_active);
    let open = row.as_ref().filter(|room| !is_member && is_open(room));
    if let (Some(room), Some(_)) = (open, actor.user()) {
        on_app(actor, Operation::ListPublicRooms, None)?;
        return Ok(RoomView::for_strangers(app, room));
    }
    let (room, _) = decide(actor, Operation::GetRoom, row, member, None)?;
    Ok(RoomView::new(app, &room))
}

/// What strangers are shown.
fn is_open(room: &Room) -> bool {
    room.public && !room.archived && !room.deleted
}

/// The groups that a user has made and is still in, by number: to others those that are public. Of the first [`limits::ROOMS_SORTED`]
/// rooms of that user in the order of joining; a moment behind.
///
/// # Errors
/// [`Error::Denied`], [`Error::Store`].
pub async fn of_owner(parlour: &Parlour, actor: &Actor, owner: UserId) -> Result<Vec<RoomView>, Error> {
    on_app(actor, Operation::ListPublicRooms, None)?;
    let app = actor.app();
    let (rooms, _) = parlour.store.rooms_of(app, owner, None, limits::ROOMS_SORTED).await?;
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::new();
    for chunk in rooms.chunks(ROOMS_PER_READ) {
        reads.push(Box::pin(parlour.store.rooms_by_number(app, chunk)));
    }
    let rows: Vec<HashMap<RoomNumber, Room>> = stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
    let own = actor.user() == Some(owner);
    let shown = |room: &Room| {
        let made = room.created_by == Some(owner) && room.kind == RoomKind::Group && !room.deleted;
        made && (own || is_open(room))
    };
    let mut made: Vec<Room> = rows.into_iter().flatten().map(|(_, room)| room).filter(shown).collect();
    made.sort_unstable_by_key(|room| room.number);
    let view = |room: &Room| match own {
        true => RoomView::new(app, room),
        false => RoomView::for_strangers(app, room),
    };
    Ok(made.iter().map(view).collect())
}
