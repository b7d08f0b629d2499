//! What users have not read: `GET /unread` for one, `POST /unread` for many, and the counts of one room for the room list.
//!
//! Unread is derived from two entries and the tail between them. What may be read for one request is bounded by the rooms that it
//! looks into; the rooms of several users that are the same have their ends read once.

mod of_users;

use std::collections::{BTreeSet, HashMap};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use parlour_domain::access::{Actor, Denied, Operation, on_app};
use parlour_domain::log::{Entry, Head};
use parlour_domain::member::Member;
use parlour_domain::room::Room;
use parlour_domain::unread::{Derived, Unread, count, derive, mentions, sum};
use parlour_domain::{AppId, RoomId, RoomNumber, UserId, limits};
use parlour_protocol::view::{UnreadListView, UnreadRoomView};
use parlour_store::{Page, StoreError};

use crate::list_rooms::join_place;
use crate::push::BoxFuture;
use crate::{Error, PageSize, Parlour};

pub use of_users::of_users;

/// Reads under way at once.
pub(crate) const PARALLEL: usize = 64;
/// Rooms whose rows one read takes.
const ROWS: usize = 100;

/// What a member has not read in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) unread: Unread,
    /// Of these, messages that name the member. `more`: not all were looked at.
    pub(crate) mentions: Unread,
}

/// A room with its end, and a user's row in it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) room: RoomNumber,
    pub(crate) head: Head,
    pub(crate) member: Member,
}

/// What the user has not read, in the rooms after the place `after` in the order of joining, at most
/// [`limits::ROOMS_SORTED`] and as many as the page holds: the sums are of these.
///
/// # Errors
/// [`Error::Denied`], [`Error::Invalid`], [`Error::Store`].
pub async fn of_user(
    parlour: &Parlour,
    actor: &Actor,
    after: Option<&str>,
    size: PageSize,
) -> Result<UnreadListView, Error> {
    on_app(actor, Operation::GetUnread, None)?;
    let user = actor.user().ok_or(Error::Denied(Denied::UserRequired))?;
    let (app, after) = (actor.app(), join_place(after)?);
    let (joined, next) = parlour.store.joined_rooms(app, user, after, size.items).await?;
    let rooms: Vec<RoomNumber> = joined.iter().map(|(room, _)| *room).collect();
    let (heads, members) = tokio::join!(heads(parlour, app, &rooms), memberships(parlour, app, user, &rooms),);
    let mut places = places(&rooms, &heads?, members?);
    let counts = all_counts(parlour, app, &mut places).await?;
    let found = places.iter().zip(&counts).enumerate();
    let found = found.filter(|(_, (_, counts))| counts.any());
    let placed = found.map(|(at, (place, counts))| (at, view(app, place, counts)));
    let (items, last) = size.hold(placed.collect(), None);
    let counted = last.map_or(counts.len(), |last| last + 1);
    let last = last.and_then(|last| places.get(last));
    let cut = last.and_then(|last| joined.into_iter().find(|(room, _)| *room == last.room));
    Ok(UnreadListView {
        items,
        unread: sum(counts.iter().take(counted).map(|counts| counts.unread)).into(),
        mentions: sum(counts.iter().take(counted).map(|counts| counts.mentions)).into(),
        next: cut.map(|(_, place)| place).or(next),
    })
}

fn view(app: &AppId, place: &Place, counts: &Counts) -> UnreadRoomView {
    UnreadRoomView {
        room_id: RoomId::new(app, place.room).to_string(),
        head_seq: place.head.seq.get(),
        read_seq: place.member.read.seq.get(),
        unread: counts.unread.into(),
        mentions: counts.mentions.into(),
        notification: place.member.notification.into(),
    }
}

impl Counts {
    pub(crate) const fn any(&self) -> bool {
        self.unread.count > 0 || self.unread.more
    }
}

/// The ends of logs that are not closed.
pub(crate) async fn heads(
    parlour: &Parlour,
    app: &AppId,
    rooms: &[RoomNumber],
) -> Result<HashMap<RoomNumber, Head>, StoreError> {
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::with_capacity(rooms.len());
    for room in rooms.iter().copied() {
        reads.push(Box::pin(async move {
            let head = parlour.store.head(app, room, false).await?;
            Ok(head.map(|entry| (room, entry.head())).filter(|(_, head)| !head.closed))
        }));
    }
    let heads: Vec<Option<_>> = stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
    Ok(heads.into_iter().flatten().collect())
}

/// The user's rows in these rooms.
pub(crate) async fn memberships(
    parlour: &Parlour,
    app: &AppId,
    user: UserId,
    rooms: &[RoomNumber],
) -> Result<HashMap<RoomNumber, Member>, StoreError> {
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::new();
    for chunk in rooms.chunks(ROWS) {
        reads.push(Box::pin(parlour.store.memberships(app, user, chunk)));
    }
    let found: Vec<HashMap<_, _>> = stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

/// The rooms that are there and that the user is in, in the order of `rooms`.
pub(crate) fn places(
    rooms: &[RoomNumber],
    heads: &HashMap<RoomNumber, Head>,
    mut members: HashMap<RoomNumber, Member>,
) -> Vec<Place> {
    let place = |room: &RoomNumber| {
        Some(Place {
            room: *room,
            head: *heads.get(room)?,
            member: members.remove(room)?,
        })
    };
    rooms.iter().filter_map(place).collect()
}

/// The counts of each place. Where something is unread, the room's row tells from where on it still counts.
pub(crate) async fn all_counts(
    parlour: &Parlour,
    app: &AppId,
    places: &mut [Place],
) -> Result<Vec<Counts>, StoreError> {
    above_floors(parlour, app, places).await?;
    let mut reads: Vec<BoxFuture<'_, Result<Counts, StoreError>>> = Vec::with_capacity(places.len());
    for place in places {
        reads.push(Box::pin(counts(parlour, app, place, None)));
    }
    stream::iter(reads).buffered(PARALLEL).try_collect().await
}

/// Moves read positions below a room's floor up to it: what was truncated, or is older than the room keeps, is not unread.
async fn above_floors(parlour: &Parlour, app: &AppId, places: &mut [Place]) -> Result<(), StoreError> {
    let behind = |place: &&Place| derive(place.head, place.member.read) != Derived::Known(Unread::default());
    let rooms: BTreeSet<RoomNumber> = places.iter().filter(behind).map(|place| place.room).collect();
    let rooms: Vec<RoomNumber> = rooms.into_iter().collect();
    let mut reads: Vec<BoxFuture<'_, Result<_, StoreError>>> = Vec::new();
    for chunk in rooms.chunks(ROWS) {
        reads.push(Box::pin(parlour.store.rooms_by_number(app, chunk)));
    }
    let rows: Vec<HashMap<_, _>> = stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
    let rows: HashMap<RoomNumber, Room> = rows.into_iter().flatten().collect();
    for place in places {
        if let Some(room) = rows.get(&place.room) {
            place.member.read = place.member.read_in(room);
        }
    }
    Ok(())
}

/// From head and read position. `tail` is the end of the log, newest first, if it was read; where it does not reach back to the
/// read position, the entries between are read.
pub(crate) async fn counts(
    parlour: &Parlour,
    app: &AppId,
    Place { room, head, member }: &Place,
    tail: Option<&Page>,
) -> Result<Counts, StoreError> {
    let after = match derive(*head, member.read) {
        Derived::Known(unread) => return Ok(known(unread, member, tail)),
        Derived::ReadTail { after } => after,
    };
    let reaches = |tail: &&Page| {
        let oldest = tail.entries.last();
        !tail.more || oldest.is_some_and(|oldest| oldest.seq <= after.next())
    };
    if let Some(tail) = tail.filter(reaches) {
        return Ok(exact(tail, member, 0));
    }
    let page = parlour
        .store
        .entries_before(app, *room, (None, after.next()), limits::ENTRIES_PER_READ, false)
        .await?;
    // What is older than the page: all messages up to the one before its oldest.
    let unseen = page.entries.last().filter(|_| page.more).map_or(0, |oldest| {
        let before = oldest.msg_no - u64::from(oldest.body.is_message());
        before.saturating_sub(member.read.msg_no)
    });
    Ok(exact(&page, member, unseen))
}

/// The entries of a page that are unread.
fn unread_of(page: &Page, member: &Member) -> Vec<Entry> {
    let unread = page.entries.iter().filter(|entry| entry.seq > member.read.seq);
    unread.cloned().collect()
}

fn exact(page: &Page, member: &Member, unseen: u64) -> Counts {
    let entries = unread_of(page, member);
    Counts {
        unread: count(&entries, member.user, unseen),
        mentions: mentions(&entries, member.user, unseen > 0),
    }
}

/// None are unread, or so many that only the latest are looked at.
fn known(unread: Unread, member: &Member, tail: Option<&Page>) -> Counts {
    let mentions = if unread.more {
        let seen = tail.map(|tail| unread_of(tail, member)).unwrap_or_default();
        mentions(&seen, member.user, true)
    } else {
        Unread::default()
    };
    Counts { unread, mentions }
}
