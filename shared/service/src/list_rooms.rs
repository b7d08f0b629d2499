//! `GET /room`: the rooms of a user by activity, with what is unread: three round trips, and half a read unit for each room
//! that the user is in. For the backend, the rooms of the app by name. `GET /room/public`: those that are public.

mod by_name;
mod item;
mod numbered;

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::log::Head;
use parlour_domain::room::RoomKind;
use parlour_domain::text::{DisplayName, NamePrefix};
use parlour_domain::unread::{Derived, Unread, derive};
use parlour_domain::{AppId, RoomNumber, Timestamp, UserId, limits};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{PageView, RoomListItem, RoomListView, RoomView, RoomsView};
use parlour_store::StoreError;

use crate::push::BoxFuture;
use crate::unread::{PARALLEL, heads};
use crate::{Error, PageSize, Parlour};
use by_name::by_name;
use item::items;

pub use numbered::{Numbered, NumberedRooms, numbered};

/// The longest place of a room in the order of joining, in bytes.
const JOIN_PLACE: usize = 40;
/// Rooms whose rows one read takes.
const ROWS: usize = 50;

/// A place in the list: rooms come by the time of their last entry, newest first, then by number.
type Place = (i64, u64);

/// A listed room and the end of its log.
type Listed = (RoomNumber, Head);

/// Which rooms are listed: those for which all holds that is given.
#[derive(Debug, Clone, Default)]
pub struct RoomFilter {
    /// Their names begin with this, regardless of case. Direct rooms have no name.
    pub name_prefix: Option<NamePrefix>,
    /// They came about so.
    pub kind: Option<RoomKind>,
    /// They have something that the user has not read.
    pub unread: bool,
    /// Someone else of the members that are shown is online then.
    pub online_at: Option<Timestamp>,
}

/// Lists the rooms of a user, or for the backend all rooms of the app. `after` is the `next` of the page before. A page may be
/// short where a filter leaves rooms out.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn list_rooms(
    parlour: &Parlour,
    actor: &Actor,
    filter: &RoomFilter,
    after: Option<&str>,
    size: PageSize,
) -> Result<RoomsView, Error> {
    on_app(actor, Operation::ListRooms, None)?;
    let app = actor.app();
    match actor.user() {
        None if filter.unread => Err(InvalidInput::new("unread", "is for users").into()),
        None if filter.online_at.is_some() => Err(InvalidInput::new("online", "is for users").into()),
        None => by_name(parlour, app, filter, after, size.items)
            .await
            .map(RoomsView::OfApp),
        Some(user) => of_user(parlour, (app, user), filter, after, size)
            .await
            .map(RoomsView::OfUser),
    }
}

/// Lists the public rooms of the app by name, without those that are archived; to users without what is for members. The list is
/// a moment behind.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn list_public_rooms(
    parlour: &Parlour,
    actor: &Actor,
    prefix: Option<&NamePrefix>,
    after: Option<&str>,
    size: PageSize,
) -> Result<PageView<RoomView>, Error> {
    on_app(actor, Operation::ListPublicRooms, None)?;
    by_name::public(parlour, actor, prefix, after, size).await
}

/// A room of a user, as the list has it; `None`: it is none of theirs.
pub(crate) async fn one(
    parlour: &Parlour,
    (app, user): (&AppId, UserId),
    room: RoomNumber,
) -> Result<Option<RoomListItem>, Error> {
    let heads = heads(parlour, app, &[room]).await?;
    let listed = heads.get(&room).map(|head| (room, *head)).into_iter().collect();
    let items = items(parlour, (app, user), &RoomFilter::default(), listed).await?;
    Ok(items.into_iter().next().map(|(_, item)| item))
}

async fn of_user(
    parlour: &Parlour,
    (app, user): (&AppId, UserId),
    filter: &RoomFilter,
    after: Option<&str>,
    size: PageSize,
) -> Result<RoomListView, Error> {
    if let Some(join_place) = after.and_then(|after| after.strip_prefix("joined:")) {
        return by_joining(parlour, (app, user), filter, Some(join_place), size).await;
    }
    let place = after.map(parse_place).transpose()?;
    // One more than are sorted: a page of exactly that many does not tell whether there are more.
    let asked = limits::ROOMS_SORTED + 1;
    let (rooms, _) = parlour.store.rooms_of(app, user, None, asked).await?;
    if rooms.len() == asked {
        return by_joining(parlour, (app, user), filter, None, size).await;
    }
    let mut listed = filtered(parlour, (app, user), filter, &rooms).await?;
    listed.sort_unstable_by_key(|(room, head)| std::cmp::Reverse((head.at.millis(), room.get())));
    let place_of = |(room, head): &Listed| -> Place { (head.at.millis(), room.get()) };
    let mut page: Vec<_> = listed
        .into_iter()
        .filter(|at| place.is_none_or(|place| place_of(at) < place))
        .take(size.items + 1)
        .collect();
    let more = page.len() > size.items;
    page.truncate(size.items);
    let last = page.last().filter(|_| more).copied();
    let (items, last) = size.hold(items(parlour, (app, user), filter, page).await?, last);
    let next = last.as_ref().map(place_of);
    Ok(RoomListView {
        items,
        next: next.map(|(at, room)| format!("{at}.{room}")),
        sorted_by: "activity".to_owned(),
    })
}

fn parse_place(text: &str) -> Result<Place, Error> {
    let place = text
        .split_once('.')
        .and_then(|(at, room)| Some((at.parse().ok()?, room.parse().ok()?)));
    place.ok_or_else(not_a_place)
}

fn not_a_place() -> Error {
    InvalidInput::new("after", "must be the next of the page before").into()
}

/// Checks a place in the order of joining. Longer than any place, it would be longer than what a key may be.
pub(crate) fn join_place(after: Option<&str>) -> Result<Option<&str>, Error> {
    let is_place = |after: &str| {
        let digits = after.bytes().all(|byte| byte.is_ascii_digit() || byte == b'#');
        digits && (1..=JOIN_PLACE).contains(&after.len())
    };
    match after {
        Some(after) if !is_place(after) => Err(not_a_place()),
        after => Ok(after),
    }
}

/// For users with more rooms than are sorted: in the order of joining.
async fn by_joining(
    parlour: &Parlour,
    (app, user): (&AppId, UserId),
    filter: &RoomFilter,
    after: Option<&str>,
    size: PageSize,
) -> Result<RoomListView, Error> {
    let after = join_place(after)?;
    let (joined, next) = parlour.store.joined_rooms(app, user, after, size.items).await?;
    let rooms: Vec<RoomNumber> = joined.iter().map(|(room, _)| *room).collect();
    let mut places: HashMap<RoomNumber, String> = joined.into_iter().collect();
    let listed = filtered(parlour, (app, user), filter, &rooms).await?;
    let items = items(parlour, (app, user), filter, listed).await?;
    let placed = items
        .into_iter()
        .map(|((room, _), item)| (places.remove(&room).unwrap_or_default(), item));
    let (items, next) = size.hold(placed.collect(), next);
    Ok(RoomListView {
        items,
        next: next.map(|next| format!("joined:{next}")),
        sorted_by: "joined".to_owned(),
    })
}

/// The rooms that the filter leaves, as far as room, member and the end of the log tell, in the order of `rooms`. Without a
/// filter only the ends are read.
async fn filtered(
    parlour: &Parlour,
    (app, user): (&AppId, UserId),
    filter: &RoomFilter,
    rooms: &[RoomNumber],
) -> Result<Vec<Listed>, StoreError> {
    let wanted = async {
        if filter.kind.is_none() && !filter.unread && filter.name_prefix.is_none() {
            return Ok(None);
        }
        let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::new();
        for chunk in rooms.chunks(ROWS) {
            reads.push(Box::pin(parlour.store.rooms_and_members(app, user, chunk, false)));
        }
        let rows: Vec<HashMap<_, _>> = stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
        Ok::<_, StoreError>(Some(rows.into_iter().flatten().collect::<HashMap<_, _>>()))
    };
    let (heads, rows) = tokio::join!(heads(parlour, app, rooms), wanted);
    let (heads, rows) = (heads?, rows?);
    let listed = rooms.iter().filter_map(|room| Some((*room, *heads.get(room)?)));
    let Some(rows) = rows else { return Ok(listed.collect()) };
    let prefix = filter.name_prefix.as_ref().map(NamePrefix::folded);
    let kept: HashSet<RoomNumber> = listed
        .clone()
        .filter(|(number, head)| {
            rows.get(number).is_some_and(|(room, member)| {
                let kind = filter.kind.is_none_or(|kind| room.kind == kind);
                let name = room.name.as_ref().map(DisplayName::folded).unwrap_or_default();
                let named = prefix.as_ref().is_none_or(|prefix| name.starts_with(prefix));
                let nothing = Derived::Known(Unread::default());
                kind && named && (!filter.unread || derive(*head, member.read_in(room)) != nothing)
            })
        })
        .map(|(room, _)| room)
        .collect();
    Ok(listed.filter(|(room, _)| kept.contains(room)).collect())
}
