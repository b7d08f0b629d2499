//! `GET /room`: the rooms of a user by activity, with what is unread: three round trips, and half a read unit for each room
//! that the user is in. For the backend, the rooms of the app by name.

mod by_name;

use std::collections::HashMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::{Actor, Operation, on_app};
use parlour_domain::log::{Entry, Head};
use parlour_domain::member::Member;
use parlour_domain::room::Room;
use parlour_domain::text::NamePrefix;
use parlour_domain::unread::{Derived, Unread, count, derive};
use parlour_domain::{AppId, RoomNumber, Seq, UserId, limits};
use parlour_protocol::InvalidInput;
use parlour_protocol::view::{EntryView, RoomListItem, RoomListView, RoomView, RoomsView};
use parlour_store::{Page, StoreError};

use crate::push::BoxFuture;
use crate::{Error, Parlour};
use by_name::by_name;

/// Entries of a log's end that are read for each listed room: the last message, and what is unread if that is little.
const TAIL: usize = 12;
/// The longest place of a room in the order of joining, in bytes.
const JOIN_PLACE: usize = 40;
/// Reads under way at once.
const PARALLEL: usize = 64;

/// A place in the list: rooms come by the time of their last entry, newest first, then by number.
type Place = (i64, u64);

/// Lists the rooms of a user, or for the backend all rooms of the app. `after` is the `next` of the page before.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn list_rooms(
    parlour: &Parlour,
    actor: &Actor,
    name_prefix: Option<&NamePrefix>,
    after: Option<&str>,
    limit: usize,
) -> Result<RoomsView, Error> {
    on_app(actor, Operation::ListRooms, None)?;
    let app = actor.app();
    match (actor.user(), name_prefix) {
        (None, prefix) => by_name(parlour, app, prefix, after, limit).await.map(RoomsView::OfApp),
        (Some(user), None) => of_user(parlour, app, user, after, limit).await.map(RoomsView::OfUser),
        (Some(_), Some(_)) => Err(InvalidInput::new("name_prefix", "is for the backend").into()),
    }
}

async fn of_user(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    after: Option<&str>,
    limit: usize,
) -> Result<RoomListView, Error> {
    if let Some(join_place) = after.and_then(|after| after.strip_prefix("joined:")) {
        return by_joining(parlour, app, user, Some(join_place), limit).await;
    }
    let place = after.map(parse_place).transpose()?;
    // One more than are sorted: a page of exactly that many does not tell whether there are more.
    let asked = limits::ROOMS_SORTED + 1;
    let (rooms, _) = parlour.store.rooms_of(app, user, None, asked).await?;
    if rooms.len() == asked {
        return by_joining(parlour, app, user, None, limit).await;
    }
    let mut heads = heads(parlour, app, &rooms).await?;
    heads.sort_unstable_by_key(|(room, head)| std::cmp::Reverse((head.at.millis(), room.get())));
    let place_of = |(room, head): &(RoomNumber, Head)| -> Place { (head.at.millis(), room.get()) };
    let mut page: Vec<_> = heads
        .into_iter()
        .filter(|at| place.is_none_or(|place| place_of(at) < place))
        .take(limit + 1)
        .collect();
    let more = page.len() > limit;
    page.truncate(limit);
    let next = page
        .last()
        .filter(|_| more)
        .map(place_of)
        .map(|(at, room)| format!("{at}.{room}"));
    let items = items(parlour, app, user, page).await?;
    Ok(RoomListView {
        items,
        next,
        sorted_by: "activity".to_owned(),
    })
}

fn parse_place(text: &str) -> Result<Place, Error> {
    let place = text
        .split_once('.')
        .and_then(|(at, room)| Some((at.parse().ok()?, room.parse().ok()?)));
    place.ok_or_else(|| InvalidInput::new("after", "must be the next of the page before").into())
}

/// For users with more rooms than are sorted: in the order of joining.
async fn by_joining(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    after: Option<&str>,
    limit: usize,
) -> Result<RoomListView, Error> {
    // Longer than any place, it would be longer than what a key may be.
    let is_place = |after: &str| {
        let digits = after.bytes().all(|byte| byte.is_ascii_digit() || byte == b'#');
        digits && (1..=JOIN_PLACE).contains(&after.len())
    };
    if after.is_some_and(|after| !is_place(after)) {
        return Err(InvalidInput::new("after", "must be the next of the page before").into());
    }
    let (rooms, next) = parlour.store.rooms_of(app, user, after, limit).await?;
    let heads = heads(parlour, app, &rooms).await?;
    let items = items(parlour, app, user, heads).await?;
    Ok(RoomListView {
        items,
        next: next.map(|next| format!("joined:{next}")),
        sorted_by: "joined".to_owned(),
    })
}

/// The ends of logs that are not closed, in the order of `rooms`.
async fn heads(parlour: &Parlour, app: &AppId, rooms: &[RoomNumber]) -> Result<Vec<(RoomNumber, Head)>, StoreError> {
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::with_capacity(rooms.len());
    for room in rooms.iter().copied() {
        reads.push(Box::pin(async move {
            let head = parlour.store.head(app, room, false).await?;
            Ok(head.map(|entry| (room, entry.head())).filter(|(_, head)| !head.closed))
        }));
    }
    let heads: Vec<Option<_>> = stream::iter(reads).buffered(PARALLEL).try_collect().await?;
    Ok(heads.into_iter().flatten().collect())
}

async fn items(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    listed: Vec<(RoomNumber, Head)>,
) -> Result<Vec<RoomListItem>, StoreError> {
    let numbers: Vec<RoomNumber> = listed.iter().map(|(room, _)| *room).collect();
    let mut reads: Vec<BoxFuture<'_, Result<(RoomNumber, Page), StoreError>>> = Vec::with_capacity(numbers.len());
    for room in numbers.iter().copied() {
        reads.push(Box::pin(async move {
            Ok((
                room,
                parlour
                    .store
                    .entries_before(app, room, (None, Seq::FIRST), TAIL, false)
                    .await?,
            ))
        }));
    }
    let (rows, tails) = tokio::join!(
        parlour.store.rooms_and_members(app, user, &numbers, false),
        stream::iter(reads)
            .buffer_unordered(PARALLEL)
            .try_collect::<HashMap<_, _>>(),
    );
    let (mut rows, mut tails) = (rows?, tails?);
    // At once: a room whose tail does not say all needs another read, and so may every one of them.
    let mut items: Vec<BoxFuture<'_, Result<RoomListItem, StoreError>>> = Vec::with_capacity(listed.len());
    for (number, head) in listed {
        if let (Some((room, member)), Some(tail)) = (rows.remove(&number), tails.remove(&number)) {
            items.push(Box::pin(item(parlour, app, (room, member), head, tail)));
        }
    }
    stream::iter(items).buffered(PARALLEL).try_collect().await
}

async fn item(
    parlour: &Parlour,
    app: &AppId,
    (room, member): (Room, Member),
    listed: Head,
    tail: Page,
) -> Result<RoomListItem, StoreError> {
    let head = tail.entries.first().map_or(listed, Entry::head);
    let visible = head.last_msg_seq >= member.visible_from(&room) && head.last_msg_seq > Seq::ZERO;
    let last = async {
        match tail.entries.iter().find(|entry| entry.body.is_message()) {
            Some(entry) if visible => Ok(Some(entry.clone())),
            None if visible => parlour.store.entry(app, room.number, head.last_msg_seq).await,
            _ => Ok(None),
        }
    };
    let (unread, last) = tokio::join!(unread(parlour, app, &room, &member, head, &tail), last);
    let (unread, last) = (unread?, last?);
    Ok(RoomListItem {
        room: RoomView::new(app, &room),
        head_seq: head.seq.get(),
        read_seq: member.read.seq.get(),
        unread: unread.into(),
        last_message: last.map(|entry| EntryView::new(app, room.number, &entry, None)),
    })
}

/// From head and read position; the entries between are read where the tail does not reach back to the read position.
async fn unread(
    parlour: &Parlour,
    app: &AppId,
    room: &Room,
    member: &Member,
    head: Head,
    tail: &Page,
) -> Result<Unread, StoreError> {
    let read = member.read_in(room);
    let after = match derive(head, read) {
        Derived::Known(unread) => return Ok(unread),
        Derived::ReadTail { after } => after,
    };
    let reaches = !tail.more || tail.entries.last().is_some_and(|oldest| oldest.seq <= after.next());
    if reaches {
        let unread: Vec<Entry> = tail.entries.iter().filter(|entry| entry.seq > after).cloned().collect();
        return Ok(count(&unread, member.user, 0));
    }
    let page = parlour
        .store
        .entries_after(app, room.number, after, limits::ENTRIES_PER_READ)
        .await?;
    let seen = page.entries.last().map_or(read.msg_no, |entry| entry.msg_no);
    Ok(count(&page.entries, member.user, head.msg_no.saturating_sub(seen)))
}
